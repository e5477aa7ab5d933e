import { expect } from 'chai';
import { fake } from 'sinon';
import { lazy } from '../../lib/collections/lazy.js';

describe('lazy', () => {
  it('makes nothing until somebody asks, and then once', () => {
    const make = fake.returns('it');
    const given = lazy(make);
    expect(make.callCount).to.equal(0);
    expect([given(), given()]).to.deep.equal(['it', 'it']);
    expect(make.callCount).to.equal(1);
  });
});

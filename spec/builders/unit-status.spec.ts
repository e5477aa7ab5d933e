import { expect } from 'chai';
import { unitStatus, unitStatusDelta } from '../../lib/builders/unit-status.js';
import { writeMessage } from '../../lib/protocol/write-message.js';
import { unitData, unitExamples } from '../support/wire-examples.js';

const subjects = [{ codename: 'driver-7' }];

describe('unitStatus', () => {
  it('has all five sections, empty where nothing is given', () => {
    expect(writeMessage(unitStatus({ subjects }))).to.equal(
      '{"messageType":"unitStatus","isDeltaInfo":false,"unitConfig":[],"nodes":[],"items":[],"instances":[],' +
        '"subjects":[{"codename":"driver-7"}]}',
    );
    expect(writeMessage(unitStatus())).to.contain('"subjects":[]}');
  });

  it('makes the example of the protocol', () => {
    const { unitConfig, nodes, items, instances, subjects: drivers } = unitData('unitStatus');
    expect(writeMessage(unitStatus({ unitConfig, nodes, items, instances, subjects: drivers }))).to.equal(
      unitExamples.unitStatus,
    );
  });

  it('gives a node without title an empty one', () => {
    const [node] = unitData('unitStatus').nodes ?? [];
    if (node === undefined) throw new Error('no node');
    const { nodes = [] } = unitStatus({ nodes: [{ ...node, identity: { codename: 'gw-aux' } }] });
    expect(nodes[0]?.identity).to.deep.equal({ codename: 'gw-aux', title: '' });
  });
});

describe('unitStatusDelta', () => {
  it('has the sections that are given, and no others', () => {
    expect(writeMessage(unitStatusDelta({ subjects, items: [] }))).to.equal(
      '{"messageType":"unitStatus","isDeltaInfo":true,"items":[],"subjects":[{"codename":"driver-7"}]}',
    );
    expect(writeMessage(unitStatusDelta({ nodes: [], unitConfig: undefined }))).to.equal(
      '{"messageType":"unitStatus","isDeltaInfo":true,"nodes":[]}',
    );
  });
});

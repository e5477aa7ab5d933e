import { expect } from 'chai';
import { TokenBucket } from '../../lib/collections/token-bucket.js';

describe('TokenBucket', () => {
  it('is full at first, with one second’s worth', () => {
    expect(new TokenBucket(10, 0).available(0)).to.equal(10);
  });

  it('fills again at its rate, and never over one second’s worth', () => {
    const bucket = new TokenBucket(10, 0);
    bucket.take(10);
    expect([bucket.available(0), bucket.available(99), bucket.available(100), bucket.available(350)]).to.deep.equal([
      0, 0, 1, 3,
    ]);
    expect(bucket.available(3_600_000)).to.equal(10);
  });

  it('says when one more may pass', () => {
    const bucket = new TokenBucket(3, 0);
    bucket.take(bucket.available(0));
    expect(bucket.delay).to.equal(334);
    expect(bucket.available(334)).to.equal(1);
    bucket.take(1);
    expect(bucket.delay).to.equal(333); // what was waited too long is not lost
    expect(bucket.available(667)).to.equal(1);
  });

  it('lets one pass at a time where less than one a second may', () => {
    const bucket = new TokenBucket(0.1, 0);
    expect(bucket.available(0)).to.equal(1);
    bucket.take(1);
    expect([bucket.delay, bucket.available(9999), bucket.available(10_000)]).to.deep.equal([10_000, 0, 1]);
  });

  it('lets exactly its rate pass in the long run, whatever the steps', () => {
    for (const rate of [0.7, 3, 7, 100, 333, 1000, 12_345]) {
      const bucket = new TokenBucket(rate, 0);
      bucket.take(bucket.available(0));
      let passed = 0;
      for (let now = 0; now < 100_000; now += bucket.delay) {
        const count = bucket.available(now);
        bucket.take(count);
        passed += count;
      }
      expect(passed / (rate * 100), `${rate} a second`).to.be.within(0.97, 1);
    }
  });

  it('takes no harm from a clock that steps back', () => {
    const bucket = new TokenBucket(10, 1000);
    bucket.take(10);
    expect([bucket.available(0), bucket.available(100)]).to.deep.equal([0, 1]);
  });
});

import { expect } from 'chai';
import { KeyLanes } from '../../lib/operators/key-lanes.js';

describe('KeyLanes', () => {
  const lanesOf = (places: number, ...values: readonly string[]) => {
    const lanes = new KeyLanes<string>((value) => value.slice(0, 1), places);
    for (const value of values) lanes.add(value);
    return lanes;
  };
  const beginAll = (lanes: KeyLanes<string>) => {
    const begun = [];
    for (let next = lanes.begin(0); next !== undefined; next = lanes.begin(0)) begun.push(next);
    return begun;
  };
  const values = (begun: ReturnType<typeof beginAll>) => begun.map(({ value }) => value);

  it('begins one value of each key, in the order of the keys, as long as there are places', () => {
    const lanes = lanesOf(2, 'a1', 'a2', 'b1', 'c1');
    const begun = beginAll(lanes);
    expect(values(begun)).to.deep.equal(['a1', 'b1']);
    expect([...lanes.running]).to.deep.equal(begun.map(({ lane }) => lane));
  });

  it('goes on with the next value of a key after those of other keys that waited for longer', () => {
    const lanes = lanesOf(1, 'a1', 'a2', 'b1');
    const order: string[] = [];
    for (let [begun] = beginAll(lanes); begun; [begun] = beginAll(lanes)) {
      order.push(begun.value);
      lanes.end(begun.lane);
    }
    expect(order).to.deep.equal(['a1', 'b1', 'a2']);
    expect(lanes.isEmpty).to.equal(true);
  });

  it('gives the place of a value that goes on without one to another key, once', () => {
    const lanes = lanesOf(1, 'a1', 'a2', 'b1', 'c1');
    const [slow] = beginAll(lanes);
    if (!slow) throw new Error('nothing began');
    lanes.leavePlace(slow.lane);
    lanes.leavePlace(slow.lane);
    expect([slow.lane.hasPlace, ...values(beginAll(lanes))]).to.deep.equal([false, 'b1']);
    lanes.end(slow.lane); // had no place any more
    expect(values(beginAll(lanes))).to.deep.equal([]);
  });

  it('knows when a value began, and that it has a place', () => {
    const lanes = lanesOf(1, 'a1');
    const begun = lanes.begin(5000);
    expect(begun?.lane).to.include({ key: 'a', beganAt: 5000, hasPlace: true });
  });

  it('is empty until a value comes, and once all is done', () => {
    const lanes = lanesOf(1);
    expect([lanes.isEmpty, lanes.begin(0)]).to.deep.equal([true, undefined]);
    lanes.add('a1');
    const [begun] = beginAll(lanes);
    expect(lanes.isEmpty).to.equal(false);
    if (begun) lanes.end(begun.lane);
    expect([lanes.isEmpty, lanes.running.size]).to.deep.equal([true, 0]);
    lanes.add('a2');
    expect(values(beginAll(lanes))).to.deep.equal(['a2']);
  });

  it('gives a lane that was empty to its next value as to its first, however many keys came meanwhile', () => {
    const lanes = new KeyLanes((value: string) => value, 1);
    const begun: string[] = [];
    for (let round = 0; round < 2; round++)
      for (let n = 0; n < 100; n++) {
        lanes.add(`key ${n}`);
        const [next, ...others] = beginAll(lanes);
        expect([lanes.isEmpty, others]).to.deep.equal([false, []]);
        if (next === undefined) continue;
        begun.push(next.value);
        lanes.end(next.lane);
        expect(lanes.isEmpty).to.equal(true);
      }
    expect(begun).to.have.length(200);
    expect(new Set(begun).size).to.equal(100);
  });
});

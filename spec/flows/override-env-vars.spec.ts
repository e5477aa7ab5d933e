import { expect } from 'chai';
import { asyncScheduler, delay, map, merge, NEVER, of, throwError, type Observable } from 'rxjs';
import { InvalidMessageError } from '../../lib/errors.js';
import {
  overrideEnvVars,
  type EnvVar,
  type EnvVarHandlers,
  type EnvVarStep,
} from '../../lib/flows/override-env-vars.js';
import type { InstanceIdent } from '../../lib/builders/new-state.js';
import { formatTime } from '../../lib/protocol/time.js';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { stubMessenger, type StubMessenger } from '../support/messenger.js';
import { marbles } from '../support/marbles.js';
import { connectTo, recorded, untilState } from '../support/unit-on-cloud.js';
import { until } from '../support/until.js';

const [item, subject] = [{ id: 'service-1' }, { id: 'subject-1' }];
const zero: InstanceIdent = { item, subject, instance: 0 };
const one: InstanceIdent = { item, subject, instance: 1 };
const elsewhere: InstanceIdent = { item: { id: 'service-2' }, subject, instance: 0 };
const variable = (name: string, value = 'x', ttl?: number) => ({
  ...{ name, value },
  ...(ttl === undefined ? {} : { ttl: formatTime(ttl) }),
});
const named = ({ instance: { item: of, instance }, name, value }: EnvVar) =>
  `${of.id ?? ''}/${instance} ${name}=${value}`;

describe('overrideEnvVars', () => {
  let unit: StubMessenger;
  let calls: string[];
  let steps: EnvVarStep<number>[];

  const handlers = (members: Partial<EnvVarHandlers> = {}): EnvVarHandlers => ({
    instances: () => of([zero, one, elsewhere]),
    set: (wanted) => of(calls.push(`set ${named(wanted)}`)),
    unset: (wanted) => of(calls.push(`unset ${named(wanted)}`)),
    ...members,
  });
  const override = (members?: Partial<EnvVarHandlers>) => {
    steps = recorded(overrideEnvVars(unit, handlers(members), { now: () => 1000 }));
  };
  const hear = (...items: readonly object[]) => {
    unit.hear('overrideEnvVars', { items });
  };

  beforeEach(() => {
    unit = stubMessenger();
    calls = [];
  });

  it('sets each variable of each instance that is meant, and reports all of them in one message', () => {
    override();
    hear({ item, variables: [variable('A'), variable('B')] }, { ...elsewhere, variables: [variable('A', 'y')] });
    const expected = ['service-1/0 A=x', 'service-1/1 A=x', 'service-1/0 B=x', 'service-1/1 B=x', 'service-2/0 A=y'];
    expect(calls).to.deep.equal(expected.map((text) => `set ${text}`));
    const statuses = [
      { ...zero, name: 'A' },
      { ...one, name: 'A' },
      { ...zero, name: 'B' },
      { ...one, name: 'B' },
      { ...elsewhere, name: 'A' },
    ];
    expect(unit.sent).to.deep.equal([{ messageType: 'overrideEnvVarsStatus', statuses }]);
    expect(steps).to.deep.equal([{ step: 'overridden', statuses, sent: 1 }]);
  });

  for (const [what, filter, meant] of [
    ['everything by a filter without members', {}, ['service-1/0', 'service-1/1', 'service-2/0']],
    ['an instance by its number', { instance: 1 }, ['service-1/1']],
    ['the instances of a subject', { subject }, ['service-1/0', 'service-1/1', 'service-2/0']],
    ['nothing by an item without a name', { item: {} }, []],
    ['nothing by the codename of what has an id', { item: { codename: 'service-1' } }, []],
  ] as const)
    it(`means ${what}`, () => {
      override();
      hear({ ...filter, variables: [variable('A')] });
      expect(calls).to.deep.equal(meant.map((text) => `set ${text} A=x`));
    });

  it('takes the last value where a message gives a variable two', () => {
    override();
    hear({ item, variables: [variable('A')] }, { ...zero, variables: [variable('A', 'y')] });
    expect(calls).to.deep.equal(['set service-1/0 A=y', 'set service-1/1 A=x']);
    expect(unit.sent[0]).to.have.property('statuses').that.has.length(2);
  });

  it('takes back what the next message does not name, before it sets what that names', () => {
    override();
    hear({ ...zero, variables: [variable('A'), variable('B')] });
    calls.length = 0;
    hear({ ...zero, variables: [variable('B', 'y'), variable('C')] });
    expect(calls).to.deep.equal(['unset service-1/0 A=x', 'set service-1/0 B=y', 'set service-1/0 C=x']);
    expect(steps[1]).to.deep.equal({ step: 'replaced', variable: { instance: zero, name: 'A', value: 'x' } });
    calls.length = 0;
    unit.hear('overrideEnvVars');
    expect(calls).to.deep.equal(['unset service-1/0 B=y', 'unset service-1/0 C=x']);
    expect(unit.sent[2]).to.deep.equal({ messageType: 'overrideEnvVarsStatus', statuses: [] });
  });

  it('reports what could not be set, with why, and sets the others', () => {
    override({
      set: ({ name }) => {
        if (name === 'A') throw new Error('read only');
        return name === 'B' ? throwError(() => Object.assign(new Error('full'), { errno: -28 })) : of('done');
      },
    });
    hear({ ...zero, variables: [variable('A'), variable('B'), variable('C')] });
    expect(unit.sent[0]).to.deep.include({
      statuses: [
        { ...zero, name: 'A', errorInfo: { aosCode: 1, exitCode: 0, message: 'read only' } },
        { ...zero, name: 'B', errorInfo: { aosCode: 2, exitCode: 28, message: 'full' } },
        { ...zero, name: 'C' },
      ],
    });
  });

  it('reports all others where the app knows an instance by a name that cannot be sent, and tells that', () => {
    const odd: InstanceIdent = { item: { id: 'x'.repeat(65) }, subject, instance: 0 };
    override({ instances: () => of([odd, zero]) });
    hear({ variables: [variable('A'), variable('B')] });
    const statuses = [
      { ...zero, name: 'A' },
      { ...zero, name: 'B' },
    ];
    expect(unit.sent).to.deep.equal([{ messageType: 'overrideEnvVarsStatus', statuses }]);
    expect(steps[0]).to.deep.include({ step: 'overridden', statuses, sent: 1 });
    expect(steps[0]).to.have.property('leftOut').that.has.length(2);
    expect(steps[0]).to.have.nested.property('leftOut[0].status.item.id', 'x'.repeat(65));
    expect(steps[0]).to.have.nested.property('leftOut[0].error').that.is.instanceOf(InvalidMessageError);
  });

  it('reports an instance that there is not, where the message names it in full', () => {
    override();
    hear({ ...zero, instance: 7, variables: [variable('A')] }, { item: { id: 'none' }, variables: [variable('A')] });
    const errorInfo = { aosCode: 5, exitCode: 0, message: 'there is no such instance' };
    expect(unit.sent[0]).to.deep.include({ statuses: [{ ...zero, instance: 7, name: 'A', errorInfo }] });
  });

  it('reports that nobody knows which instances there are', () => {
    override({ instances: () => throwError(() => new Error('no answer')) });
    hear({ ...zero, variables: [variable('A')] });
    expect(unit.sent[0]).to.have.nested.property('statuses[0].errorInfo.message', 'no answer');
  });

  it('drops what has expired already', () => {
    override();
    hear({ ...zero, variables: [variable('A', 'x', 1000), variable('B')] });
    expect(calls).to.deep.equal(['set service-1/0 B=x']);
    expect(unit.sent[0]).to.deep.include({ statuses: [{ ...zero, name: 'B' }] });
  });

  it('goes on after what could not be taken back, and after a report that could not be sent, and says so', () => {
    let isStopped = true;
    unit = stubMessenger({
      send: (data) => {
        if (isStopped) throw new Error('stopped');
        return unit.sent.push(data);
      },
    });
    override({ unset: () => throwError(() => new Error('stuck')) });
    hear({ ...zero, variables: [variable('A')] });
    isStopped = false;
    hear({ ...zero, variables: [variable('B')] });
    expect(steps.map((step) => ('error' in step ? (step.error as Error).message : step.step))).to.deep.equal([
      ...['stopped', 'stuck', 'overridden'],
    ]);
  });

  /** What a virtual unit does when these messages come. */
  const done = (
    frame$: Observable<readonly object[]>,
    members: Partial<EnvVarHandlers> = {},
    now = () => asyncScheduler.now(),
  ): Observable<string> => {
    const told$ = frame$.pipe(map((items) => cloudMessage({ messageType: 'overrideEnvVars', items })));
    const virtual = virtualUnit(asyncScheduler, { frame$: merge(told$, NEVER) }, { lifetime: 40 * 86_400_000 });
    const step$ = overrideEnvVars(virtual.unit, handlers(members), { now });
    return step$.pipe(
      map((step) => (step.step === 'overridden' ? 'o' : `${step.step.charAt(0)}${step.variable.name}`)),
    );
  };

  marbles('takes a variable back when its time is over', ({ cold, expectObservable }) => {
    const items = [{ ...zero, variables: [variable('A', 'x', 5), variable('B', 'x', 9), variable('C')] }];
    const frame$ = cold('  -m', { m: items });
    const expected = '     -o---a---b';
    expectObservable(done(frame$)).toBe(expected, { o: 'o', a: 'eA', b: 'eB' });
  });

  marbles('lets a later message say how long a variable lives', ({ cold, expectObservable }) => {
    const frame$ = cold('  -m-n---', {
      m: [{ ...zero, variables: [variable('A', 'x', 5), variable('B', 'x', 6)] }],
      n: [{ ...zero, variables: [variable('A', 'x', 8)] }],
    });
    const expected = '     -o-(bo)-a';
    expectObservable(done(frame$)).toBe(expected, { o: 'o', a: 'eA', b: 'rB' });
  });

  marbles('takes nothing back while it is setting', ({ cold, expectObservable }) => {
    const frame$ = cold('  -m', { m: [{ ...zero, variables: [variable('A', 'x', 3), variable('B')] }] });
    const expected = '     ---------(oa)';
    const slow = { set: () => of('done').pipe(delay(4, asyncScheduler)) };
    expectObservable(done(frame$, slow)).toBe(expected, { o: 'o', a: 'eA' });
  });

  marbles('knows times that lie further ahead than a timer can', ({ cold, expectObservable }) => {
    const days = 25 * 86_400_000;
    const frame$ = cold('m', { m: [{ ...zero, variables: [variable('A', 'x', days)] }] });
    expectObservable(done(frame$)).toBe(`o ${days - 1}ms a`, { o: 'o', a: 'eA' });
  });

  marbles('takes a variable back whose time was over while the machine slept', ({ cold, expectObservable }) => {
    const items = [{ ...zero, variables: [variable('A', 'x', 120_000)] }];
    const slept = () => (asyncScheduler.now() < 55_000 ? 0 : 8 * 3_600_000);
    const told$ = done(cold('m', { m: items }), {}, () => asyncScheduler.now() + slept());
    expectObservable(told$).toBe('o 59999ms a', { o: 'o', a: 'eA' });
  });

  it('sets the variables of a real cloud', async () => {
    await using cloud = await startCloud();
    await using real = connectTo(cloud);
    await untilState(real, 'connected');
    const reported = until(cloud.message$, ({ data }) => data.messageType === 'overrideEnvVarsStatus');
    const told = recorded(overrideEnvVars(real, handlers()));
    await cloud.sendAndWait({
      messageType: 'overrideEnvVars',
      items: [{ ...zero, variables: [variable('A'), variable('B')] }],
    });
    expect((await reported).data['statuses']).to.deep.equal([
      { ...zero, name: 'A' },
      { ...zero, name: 'B' },
    ]);
    expect(calls).to.deep.equal(['set service-1/0 A=x', 'set service-1/0 B=x']);
    expect(told.map(({ step }) => step)).to.deep.equal(['overridden']);
  });
});

import { expect } from 'chai';
import { readScenario } from '../../lib/scenario/read-scenario.js';
import { ScenarioError } from '../../lib/scenario/scenario-error.js';

const whole = `name: one
see:
  - unit connected
`;

describe('readScenario', () => {
  it('reads durations as milliseconds, but not inside messages', () => {
    const scenario = readScenario(`
name: one
options: { ackTimeout: 250ms, backoff: { initialDelay: 2s } }
cloud:
  - nack: { retryAfter: 1.5s }
  - when: unit connected
    after: 1m
    send: { messageType: desiredStatus, after: 1m }
see:
  - unit connected
  - { event: cloud got a, at: 3s }
lasts: 1h
`);
    expect(scenario).to.deep.include({
      options: { ackTimeout: 250, backoff: { initialDelay: 2000 } },
      cloud: [
        { nack: { retryAfter: 1500 } },
        { when: 'unit connected', after: 60_000, send: { messageType: 'desiredStatus', after: '1m' } },
      ],
      see: [{ event: 'unit connected' }, { event: 'cloud got a', from: 2900, by: 3100 }],
      lasts: 3_600_000,
    });
  });

  const mistakes: Readonly<Record<string, readonly [text: string, message: string | RegExp]>> = {
    'what is no YAML': [`name: [one\nsee: []\n`, /^a\.yaml:2: this is no YAML: /],
    'a name that is missing': ['see: []\n', 'a.yaml:1: a scenario has no "name"; add it'],
    'a key that is not known': [
      `${whole}clod:\n  - expireToken: true\n`,
      'a.yaml:4: "clod" is not known here (did you mean "cloud"?); there are name, about, options, cloudOptions, cloud, app, see, never, linger, lasts',
    ],
    'an action that is not known': [
      `${whole}cloud:\n  - when: unit connected\n    resetSession: true\n`,
      /^a\.yaml:6: "resetSession" is not known here \(did you mean "resetSessions"\?\); there are at, when, after, /,
    ],
    'a step that does nothing': [
      `${whole}app:\n  - start: true\n  - when: unit connected\n`,
      'a.yaml:6: this step does nothing; add one of send, withdraw, stop, start, newCredentials',
    ],
    'a step that does two things': [
      `${whole}app:\n  - stop: true\n    start: true\n`,
      'a.yaml:6: a step does one thing, and this one has stop already; make it a step of its own',
    ],
    'a step with two times': [
      `${whole}app:\n  - at: 1s\n    when: unit connected\n    stop: true\n`,
      'a.yaml:5: a step has either "at" or "when" and "after"; take one of them away',
    ],
    'a duration without a unit of measure': [
      `${whole}lasts: 5 minutes\n`,
      'a.yaml:4: lasts takes a duration such as 250ms, 2s or 1m',
    ],
    'a duration deep inside': [
      `${whole}cloud:\n  - nack:\n      times: 2\n      retryAfter: soon\n`,
      'a.yaml:7: retryAfter takes a duration such as 250ms, 2s or 1m',
    ],
    'a word of few': [
      `${whole}cloud:\n  - answerDiscovery: { errorCode: 0, endpoints: [proper, broken] }\n`,
      'a.yaml:5: 1 takes proper, refusing, unknown-name, no-tls, black-hole',
    ],
    'an event of nobody': [
      'name: one\nsee:\n  - unit connected\n  - server connected\n',
      'a.yaml:4: 1 begins with unit, app, message or cloud, such as "unit connected"',
    ],
    'a name with blanks': [
      `${whole}app:\n  - send: { messageType: alerts, items: [] }\n    as: my message\n`,
      'a.yaml:6: as is a name without blanks',
    ],
    'an option that the unit does not take': [
      `${whole}options:\n  maxInFlight: 4\n  silenceFactor: 0.5\n`,
      'a.yaml:6: option "silenceFactor" got 0.5, it takes a number from 1 to 100',
    ],
  };
  for (const [what, [text, message]] of Object.entries(mistakes))
    it(`tells the line of ${what}, and what to do`, () => {
      const read = () => readScenario(text, 'a.yaml');
      if (typeof message === 'string') expect(read).to.throw(ScenarioError).with.property('message', message);
      else expect(read).to.throw(ScenarioError, message);
    });
});

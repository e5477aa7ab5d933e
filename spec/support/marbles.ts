import { inspect } from 'node:util';
import { assert } from 'chai';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/** A test on virtual time, where a frame is 1 ms; timelines that differ are printed one event a line. */
export const marbles = (title: string, body: (helpers: RunHelpers) => void): void => {
  it(title, () => {
    new TestScheduler(assertSame).run(body);
  });
};

interface Subscribed {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

interface Notified {
  readonly frame: number;
  readonly notification: { readonly kind: 'N' | 'E' | 'C'; readonly value?: unknown; readonly error?: unknown };
}

const assertSame = (actual: unknown, expected: unknown): void => {
  try {
    assert.deepEqual(actual, expected);
  } catch {
    assert.fail(lines(actual), lines(expected), 'the timeline is another one');
  }
};

const lines = (events: unknown): string => (events as readonly (Subscribed | Notified)[]).map(line).join('\n');

const line = (event: Subscribed | Notified): string => {
  if ('subscribedFrame' in event) return `${event.subscribedFrame}ms ^ ${event.unsubscribedFrame}ms !`;
  const { kind, value, error } = event.notification;
  const what = kind === 'C' ? '|' : kind === 'E' ? `# ${text(error)}` : text(value);
  return `${event.frame}ms ${what}`;
};

const text = (value: unknown): string =>
  value instanceof Error
    ? `${value.name}: ${value.message}`
    : inspect(value, { breakLength: Infinity, compact: true, depth: 5 });

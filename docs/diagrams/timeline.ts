import { TestScheduler } from 'rxjs/testing';
import type { Block, Row } from './block.js';

/** The event at one moment of a line: a letter, or `#` for an error and `|` for an end. */
export interface Mark {
  readonly at: number;
  readonly sign: string;
  readonly caption: string;
}

/** From when to when something is subscribed; the end is missing where it goes on. */
export interface Span {
  readonly from: number;
  readonly to: number | undefined;
}

/** A line of a diagram; times in milliseconds. */
export interface Line {
  readonly label: string;
  readonly marks: readonly Mark[];
  /** Undefined where the line is there all the time. */
  readonly spans: readonly Span[] | undefined;
}

/** Reads the marbles as RxJS does within `run`, where a letter is a millisecond. */
export const timeline = ({ rows }: Block): readonly Line[] =>
  new TestScheduler(() => undefined).run(() => rows.map(lineOf));

const lineOf = ({ label, marbles, during, captions }: Row): Line => {
  const marks = marbles === undefined ? [] : marksOf(marbles, captions);
  if (during.length === 0) return { label, marks, spans: undefined };
  const spans = during.map(spanOf);
  const within = ({ from, to = Infinity }: Span): Mark[] =>
    marks.map((mark) => ({ ...mark, at: mark.at + from })).filter(({ at }) => at <= to);
  return { label, marks: spans.flatMap(within), spans };
};

const marksOf = (marbles: string, captions: Row['captions']): Mark[] =>
  TestScheduler.parseMarbles(marbles, undefined, undefined, false, true).map(({ frame, notification }) => {
    const { kind } = notification;
    const sign = kind === 'N' ? String(notification.value) : kind === 'E' ? '#' : '|';
    return { at: frame, sign, caption: captions[sign] ?? '' };
  });

const spanOf = (marbles: string): Span => {
  const { subscribedFrame, unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(marbles, true);
  return { from: subscribedFrame, to: Number.isFinite(unsubscribedFrame) ? unsubscribedFrame : undefined };
};

import { filter } from 'rxjs';
import type { OpenedEvent } from 'unitlink/testing';
import { next, type Day } from './day.js';

/** One part of the day; `play` resolves with what it has proved, or fails. */
export interface Chapter {
  readonly title: string;
  readonly about: string;
  readonly play: (day: Day) => Promise<string>;
}

/** The times of the demo, in milliseconds; the defaults are longer. */
export const pace = { pingInterval: 1000, ackTimeout: 3000, pongTimeout: 1500 } as const;

/** A duration as the timeline shows it. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(3)} s`;

/** The next session that the cloud opens. */
export const opened = ({ cloud }: Day): Promise<OpenedEvent> =>
  next(cloud.event$.pipe(filter((event) => event.kind === 'opened')));

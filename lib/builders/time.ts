import { formatTime } from '../protocol/time.js';
import { toWireTime } from '../protocol/wire-time.js';

/** A point in time: a Date, milliseconds since 1970, or ISO 8601 (in UTC where it has no offset). */
export type Time = Date | number | string;

/** A part of a message whose `timestamp` may be any {@link Time}. */
export type Timed<T> = T extends { readonly timestamp: string }
  ? { readonly [Name in keyof T]: Name extends 'timestamp' ? Time : T[Name] }
  : never;

/** A time as the protocol writes it. */
export const wireTime = (time: Time): string =>
  typeof time === 'string' ? toWireTime(time) : formatTime(Number(time));

import type { Measured } from './measurements.js';
import type { Fault, PlannedMessage } from './plan.js';

/** The kind of a frame. */
export type FrameKind = 'ack' | 'nack' | 'message' | 'ping' | 'pong' | 'garbage';

/** An event without its time and process. */
export type WorldEvent =
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** `tick` only tells the time. */
  | { readonly kind: 'healed' | 'drained' | 'tick' }
  | { readonly kind: 'process'; readonly what: 'started' | 'crashed' | 'stopping' | 'gone'; readonly left?: number }
  /** The app sent a message, and it was accepted. */
  | { readonly kind: 'accepted'; readonly txn: string; readonly message: PlannedMessage }
  | { readonly kind: 'refused'; readonly message: PlannedMessage; readonly cause: string }
  | { readonly kind: 'withdrawn'; readonly txn: string; readonly done: boolean }
  /** The store was opened, and kept these of an earlier process. */
  | { readonly kind: 'restored'; readonly txns: readonly string[] }
  | {
      readonly kind: 'report';
      readonly txn: string;
      readonly status: string;
      readonly attempt: number;
      readonly cause?: string;
    }
  | {
      readonly kind: 'state';
      readonly state: string;
      readonly url?: string;
      readonly attempt?: number;
      readonly delay?: number;
      readonly cause?: string;
      readonly isConnected: boolean;
      /** The store fails, and that is what the state is told for. */
      readonly storeError?: boolean;
    }
  | { readonly kind: 'listening'; readonly listener: number; readonly listens: boolean }
  | {
      readonly kind: 'told';
      readonly listener: number;
      readonly of: 'onConnect' | 'onDisconnect';
      readonly isConnected: boolean;
    }
  | { readonly kind: 'discover'; readonly url: string }
  /** The end of a request: its answer is good, it is not, or the unit cut it off. */
  | {
      readonly kind: 'discovered';
      readonly url: string;
      readonly outcome: 'endpoints' | 'redirect' | 'failed' | 'cut off';
      /** True if the cloud asks to repeat the request later. */
      readonly isBusy?: boolean;
      readonly urls?: readonly string[];
    }
  | { readonly kind: 'dial'; readonly link: number; readonly url: string; readonly token: string }
  | { readonly kind: 'opened'; readonly link: number }
  /** The unit was told of an opening or an end; whatever it does at once is done. */
  | { readonly kind: 'noted'; readonly link: number }
  | { readonly kind: 'ended'; readonly link: number; readonly by: 'unit' | 'network'; readonly cause: string }
  /** The unit writes; `buffered` bytes wait already. */
  | {
      readonly kind: 'write';
      readonly link: number;
      readonly frame: FrameKind;
      readonly txn: string;
      readonly text: string;
      readonly buffered: number;
    }
  /** All that waited was taken by the network. */
  | { readonly kind: 'emptied'; readonly link: number }
  /** The cloud gets a message, and this is what it does with it. */
  | { readonly kind: 'arrived'; readonly link: number; readonly txn: string; readonly verdict: string }
  /** A frame comes to the unit; `heard` once the unit has done at once whatever it does. */
  | {
      readonly kind: 'hears' | 'heard';
      readonly link: number;
      readonly frame: FrameKind;
      readonly txn: string;
      readonly retryAfter?: number;
    }
  /** The app gets a message of the cloud. */
  | { readonly kind: 'received'; readonly txn: string }
  | {
      readonly kind: 'handling';
      readonly txn: string;
      /** Its place in the plan. */
      readonly handler: number;
      readonly what: 'begins' | 'ends' | 'fails' | 'is cut off';
    }
  | { readonly kind: 'reading'; readonly link: number; readonly reads: boolean }
  | { readonly kind: 'failure'; readonly where: string }
  /** The measurements of the unit so far. */
  | { readonly kind: 'measured'; readonly values: Measured }
  | { readonly kind: 'store'; readonly what: string };

/** An event of a run with its time, in milliseconds, and the process of the unit; 0 before the first. */
export type SimulationEvent = WorldEvent & { readonly at: number; readonly process: number };

/** A promise that was broken. */
export interface Violation {
  /** `D1` to `D9`, `L4` to `L7`, or `listeners`. */
  readonly promise: string;
  readonly at: number;
  readonly what: string;
}

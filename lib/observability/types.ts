import type { FrameDirection } from './message-line.js';

/** Takes every frame of a unit, for people and tools that read along. */
export interface MessageLog {
  /**
   * Takes a frame: `TX` just before each write, `RX` before it is read. It has to return at once, and does not throw; the
   * bytes stay as they are.
   */
  readonly write: (direction: FrameDirection, frame: string | Uint8Array) => void;
  /** Called by a unit that stops: settles once what was taken is written. The unit waits a second at most. */
  readonly close?: () => Promise<unknown>;
}

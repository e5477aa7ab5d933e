import type { FrameDirection } from './message-line.js';

/** Receives every frame of a unit, for people and tools that read along. */
export interface MessageLog {
  /**
   * Called with each frame: `TX` just before each write, `RX` before it is read. It must return at once, not throw, and
   * not change the bytes.
   */
  readonly write: (direction: FrameDirection, frame: string | Uint8Array) => void;
  /** Called by a unit that stops; settles once everything is written. The unit waits a second at most. */
  readonly close?: () => Promise<unknown>;
}

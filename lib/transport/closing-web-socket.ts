import { WebSocket } from 'ws';

/** A WebSocket that reports when it is about to close, which it also does by itself: at a close frame, or a broken one. */
export class ClosingWebSocket extends WebSocket {
  /** Called before the close frame is written. */
  beforeClose: (() => void) | undefined;

  override close(code?: number, data?: string | Buffer): void {
    this.beforeClose?.();
    super.close(code, data);
  }
}

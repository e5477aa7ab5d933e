import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';

const suffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A stream in the place of a TCP connection: it answers the upgrade to a WebSocket, and takes all that is written. */
export class MemoryTcp extends Duplex {
  #isOpen = false;

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // What there is to read is pushed.
  }

  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    if (!this.#isOpen) this.#answer(chunk.toString());
    taken();
  }

  override _writev(_chunks: unknown, taken: () => void): void {
    taken();
  }

  #answer(upgrade: string): void {
    this.#isOpen = true;
    const key = /Sec-WebSocket-Key: (.*)\r/i.exec(upgrade)?.[1] ?? '';
    const accept = createHash('sha1').update(`${key}${suffix}`).digest('base64');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    const answer = [...head, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n');
    setImmediate(() => this.push(answer));
  }
}

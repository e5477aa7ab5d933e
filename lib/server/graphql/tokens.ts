/** Thrown for a document that cannot be read, or asks for something other than one topic; the message says what. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

const ignored = /(?:[\s,\uFEFF]|#[^\n\r]*)*/y;
const token =
  /[_A-Za-z]\w*|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|"(?:[^"\\\n\r]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|\.\.\.|[!$&():=@[\]{|}]/y;

/** The tokens of a GraphQL document, one after the other. */
export class Tokens {
  readonly #text: string;
  #at = 0;
  #next: string;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#read();
  }

  /** Returns the token that comes next; empty at the end. */
  peek(): string {
    return this.#next;
  }

  /** Returns the token that comes next, and goes on. */
  take(): string {
    const taken = this.#next;
    this.#next = this.#read();
    return taken;
  }

  /** Goes on if this token comes next; returns false if another one does. */
  skip(wanted: string): boolean {
    if (this.#next !== wanted) return false;
    this.take();
    return true;
  }

  /** @throws DocumentError if another token comes next */
  expect(wanted: string): void {
    if (!this.skip(wanted)) throw this.unexpected(wanted);
  }

  /** @throws DocumentError if no name comes next */
  takeName(): string {
    if (!/^[_A-Za-z]/.test(this.#next)) throw this.unexpected('a name');
    return this.take();
  }

  unexpected(wanted: string): DocumentError {
    const found = this.#next === '' ? 'the end of the document' : this.#next.slice(0, 50);
    return new DocumentError(`the document has ${found} where ${wanted} should be`);
  }

  #read(): string {
    ignored.lastIndex = this.#at;
    ignored.exec(this.#text);
    const start = ignored.lastIndex;
    if (start === this.#text.length) return '';
    token.lastIndex = start;
    const [found] = (this.#text.startsWith('"""', start) ? null : token.exec(this.#text)) ?? [];
    if (found === undefined)
      throw new DocumentError(`the document cannot be read at: ${this.#text.slice(start, start + 20)}`);
    this.#at = start + found.length;
    return found;
  }
}

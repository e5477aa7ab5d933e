import type { JsonObject } from '../../protocol/read.js';
import { DocumentError, Tokens } from './tokens.js';

/** The subscription that a document asks for. */
export interface Operation {
  readonly topic: string;
  readonly params: JsonObject;
  /** The name of the value in each result. */
  readonly name: string;
}

/** The longest document, in characters. */
const maxDocument = 16 * 1024;
/** The depth of lists and objects in arguments. */
const maxDepth = 32;

/**
 * Reads a document with one subscription that has one field: the topic, whose arguments are the params.
 *
 * @throws DocumentError if it is another one
 */
export const readOperation = (query: string, variables: JsonObject, operationName: string | undefined): Operation => {
  if (query.length > maxDocument) throw new DocumentError(`a document has at most ${maxDocument} characters`);
  return new OperationReader(new Tokens(query), variables).read(operationName);
};

class OperationReader {
  readonly #tokens: Tokens;
  readonly #given: JsonObject;
  readonly #variables = new Map<string, unknown>();

  constructor(tokens: Tokens, given: JsonObject) {
    this.#tokens = tokens;
    this.#given = given;
  }

  read(operationName: string | undefined): Operation {
    const tokens = this.#tokens;
    if (tokens.peek() !== 'subscription')
      throw new DocumentError('only subscriptions are served, and one of them begins the document');
    tokens.take();
    const name = tokens.peek() === '{' || tokens.peek() === '(' ? undefined : tokens.takeName();
    if (operationName !== undefined && operationName !== name)
      throw new DocumentError(`the document has no operation ${operationName}`);
    if (tokens.skip('(')) this.#readVariables();
    tokens.expect('{');
    const operation = this.#readField();
    if (tokens.peek() !== '}') throw new DocumentError('a subscription has one field, which is a topic');
    tokens.take();
    if (tokens.peek() !== '') throw new DocumentError('a document has one operation, and no fragments');
    return operation;
  }

  #readVariables(): void {
    const tokens = this.#tokens;
    while (!tokens.skip(')')) {
      tokens.expect('$');
      const name = tokens.takeName();
      tokens.expect(':');
      const isRequired = this.#skipType(0);
      const value = tokens.skip('=') ? this.#readValue(0) : undefined;
      const given = Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
      if (isRequired && (given ?? value) == null) throw new DocumentError(`the variable $${name} is required`);
      this.#variables.set(name, given === undefined ? value : given);
    }
  }

  /** The topic checks its params itself; of a type only the `!` counts here. Returns true if there is one. */
  #skipType(depth: number): boolean {
    const tokens = this.#tokens;
    if (depth > maxDepth) throw tooDeep();
    if (tokens.skip('[')) {
      this.#skipType(depth + 1);
      tokens.expect(']');
    } else tokens.takeName();
    return tokens.skip('!');
  }

  #readField(): Operation {
    const tokens = this.#tokens;
    if (tokens.peek() === '...') throw new DocumentError('fragments are not served');
    const first = tokens.takeName();
    const topic = tokens.skip(':') ? tokens.takeName() : first;
    const params = tokens.skip('(') ? this.#readMembers(')', 0) : {};
    if (tokens.peek() === '@') throw new DocumentError('directives are not served');
    if (tokens.peek() === '{')
      throw new DocumentError(`${topic} has no fields to select: its value is a scalar with any JSON`);
    return { topic, params, name: first };
  }

  #readMembers(end: string, depth: number): JsonObject {
    const members = new Map<string, unknown>();
    while (!this.#tokens.skip(end)) {
      const name = this.#tokens.takeName();
      this.#tokens.expect(':');
      const value = this.#readValue(depth + 1);
      if (members.has(name)) throw new DocumentError(`${name} is given twice`);
      // A variable without a value counts as a member that is not there.
      if (value !== undefined) members.set(name, value);
    }
    return Object.fromEntries(members);
  }

  #readValue(depth: number): unknown {
    const tokens = this.#tokens;
    if (depth > maxDepth) throw tooDeep();
    if (tokens.skip('$')) return this.#readVariable();
    if (tokens.skip('{')) return this.#readMembers('}', depth);
    if (tokens.skip('[')) {
      const items: unknown[] = [];
      while (!tokens.skip(']')) items.push(this.#readValue(depth + 1) ?? null);
      return items;
    }
    if (!/^["\w-]/.test(tokens.peek())) throw tokens.unexpected('a value');
    const text = tokens.take();
    if (/^["\d-]/.test(text)) return JSON.parse(text.replace(/\p{Cc}/gu, escaped));
    return text === 'true' ? true : text === 'false' ? false : text === 'null' ? null : text;
  }

  #readVariable(): unknown {
    const name = this.#tokens.takeName();
    if (!this.#variables.has(name)) throw new DocumentError(`the variable $${name} is not declared`);
    return this.#variables.get(name);
  }
}

/** A control character, which JSON has only escaped. */
const escaped = (character: string): string => JSON.stringify(character).slice(1, -1);

const tooDeep = (): DocumentError => new DocumentError(`lists and objects are read to a depth of ${maxDepth}`);

import { UnitlinkError } from '../errors.js';

/** A scenario or a message log cannot be played as it is; the message names the file and the line and says what to do. */
export class ScenarioError extends UnitlinkError {
  override readonly name = 'ScenarioError';
  /** The path of the file. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;

  constructor(file: string, line: number, what: string, options: ErrorOptions = {}) {
    super(`${file}:${line}: ${what}`, options);
    this.file = file;
    this.line = line;
  }
}

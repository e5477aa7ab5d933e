import { debuglog } from 'node:util';

/** Receives what a unit reports though nothing has subscribed to it. The texts hold no secrets. */
export interface Diagnostics {
  /** Called with a line for troubleshooting; undefined if troubleshooting is off. */
  readonly debug?: ((text: string) => void) | undefined;
  /** Called with a warning, and a code that tells one kind from another. */
  readonly warn: (message: string, code: string) => void;
}

const debug = debuglog('unitlink');

/** The diagnostics of Node: lines on stderr with `NODE_DEBUG=unitlink`, and `process.emitWarning`. */
export const nodeDiagnostics: Diagnostics = {
  ...(debug.enabled && {
    debug: (text) => {
      debug('%s', text);
    },
  }),
  warn: (message, code) => {
    process.emitWarning(message, { type: 'UnitlinkWarning', code });
  },
};

/** The diagnostics of a unit in a test or a scenario: none. */
export const noDiagnostics: Diagnostics = { warn: () => undefined };

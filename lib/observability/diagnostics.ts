import { debuglog } from 'node:util';

/** Where a unit says by itself what nobody may have subscribed to. The texts hold no secrets. */
export interface Diagnostics {
  /** Takes a line for somebody who looks for a fault; undefined where nobody does. */
  readonly debug?: ((text: string) => void) | undefined;
  /** Takes a warning, with a code that tells one kind from another. */
  readonly warn: (message: string, code: string) => void;
}

const debug = debuglog('unitlink');

/** Those of Node: lines on stderr with `NODE_DEBUG=unitlink`, and `process.emitWarning`. */
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

/** Those of a unit that is tested or played: it says nothing. */
export const noDiagnostics: Diagnostics = { warn: () => undefined };

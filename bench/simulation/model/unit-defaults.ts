// Defaults of the unit, written down again: a monitor that read them from the library would follow a wrong one.

/** The time a suspected link has to show a sign of life, in milliseconds. */
export const pongTimeout = 5000;
/** The age at which a connection has lasted, in milliseconds. */
export const stableAfter = 5000;
/** With more than this unsent, in bytes, no message is written. */
export const highWater: number = 1024 * 1024;

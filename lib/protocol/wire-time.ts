const date = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])';
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d';
const shape = new RegExp(`^(${date}T${time})(?:\\.(\\d+))?(Z|[+-]\\d\\d:\\d\\d)?$`);
const usual = '2026-03-02T08:15:30.000000Z'.length;
const upperZ = 'Z'.charCodeAt(0);

/** True if a text is a time that can be sent: ISO 8601, with any fraction and any offset or none. */
export const isWireTime = (text: string): boolean => shape.test(text);

/** True if {@link toWireTime} would not change the time. */
export const isUsualTime = (time: string): boolean => time.length === usual && time.charCodeAt(usual - 1) === upperZ;

/** A time in UTC with six fraction digits; what has no offset is UTC. */
export const toWireTime = (time: string): string => {
  const [, seconds = '', fraction = '', offset = 'Z'] = shape.exec(time) ?? [];
  const at = Date.parse(`${seconds}${offset}`);
  return Number.isNaN(at) ? time : `${new Date(at).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
};

/** The time as it came, with a `Z` where no offset follows, which means UTC; undefined where it is no time. */
export const fromWireTime = (text: string): string | undefined => {
  const [whole, seconds = '', fraction, offset = 'Z'] = /^([^.Z+]{19})(\.\d+)?(Z|[+-]\d\d:\d\d)?/.exec(text) ?? [];
  if (whole === undefined || !shape.test(seconds) || Number.isNaN(Date.parse(`${seconds}${offset}`))) return undefined;
  return `${seconds}${fraction ?? ''}${offset}`;
};

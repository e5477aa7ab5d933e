const registered = /^(?:100[015-9]|101[0-5]|44(?:0[01389]|29))$/;

/**
 * A close code as the value of an attribute: 1000, 1001, 1005 to 1015, and those of 44xx that are in use (4400, 4401,
 * 4403, 4408, 4409, 4429); `other` for every other, since the other side can send any.
 */
export const closeCode = (code: number): string => (registered.test(String(code)) ? String(code) : 'other');

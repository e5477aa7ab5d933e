/** The version of this package; a spec holds it to that in package.json. */
const version = '0.1.0';

/** The name under which requests are made. */
export const ownUserAgent = `unitlink/${version}`;

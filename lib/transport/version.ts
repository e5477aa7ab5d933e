/** The name under which requests are made; a spec holds its version to that in package.json. */
export const ownUserAgent = 'unitlink/0.1.0';

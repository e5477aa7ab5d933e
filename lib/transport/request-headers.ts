import { ownUserAgent } from './version.js';

type Headers = Readonly<Record<string, string>>;

/** The headers of a request: those of the app, but for those of the protocol, in whatever case they are given. */
export const requestHeaders = (ofApp: Headers | undefined, ofProtocol: Headers): Headers => {
  const headers = new Map<string, readonly [name: string, value: string]>();
  for (const part of [{ 'User-Agent': ownUserAgent }, ofApp ?? {}, ofProtocol])
    for (const header of Object.entries(part)) headers.set(header[0].toLowerCase(), header);
  return Object.fromEntries(headers.values());
};

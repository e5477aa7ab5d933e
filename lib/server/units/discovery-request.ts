import type { IncomingMessage } from 'node:http';

export interface DiscoveryRequest {
  readonly version: 7;
  readonly systemId: string;
}

const BODY_LIMIT = 65_536;

const isRequest = (value: unknown): value is DiscoveryRequest =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  value.version === 7 &&
  'systemId' in value &&
  typeof value.systemId === 'string' &&
  'supportedProtocols' in value &&
  Array.isArray(value.supportedProtocols) &&
  value.supportedProtocols.includes('wss');

/** Reads the discovery request in a body; undefined if there is none or it cannot be answered. */
export const readDiscoveryRequest = async (request: IncomingMessage): Promise<DiscoveryRequest | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_LIMIT) return undefined;
      chunks.push(chunk);
    }
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return isRequest(body) ? body : undefined;
  } catch {
    return undefined;
  }
};

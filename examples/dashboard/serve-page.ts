import { readFileSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Answers a request that it knows an answer to, and says whether it did. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

export const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/\?.*/, '');

/**
 * Serves built pages from memory: a request gets a file that was in the folder at the start. `policy` is the
 * Content-Security-Policy of all of them.
 */
export const servePage = (folder: string, policy = "default-src 'self'"): Answer => {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => extname(file) in types)
      .map((file) => [`/${file.replaceAll('\\', '/')}`, readFileSync(join(folder, file))]),
  );
  return (request, response) => {
    const path = pathOf(request).replace(/\/$/, '/index.html');
    const file = files.get(path);
    if (file === undefined || request.method !== 'GET') return false;
    response
      .writeHead(200, {
        'Content-Type': types[extname(path)],
        'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        'Content-Security-Policy': policy,
        'X-Content-Type-Options': 'nosniff',
      })
      .end(file);
    return true;
  };
};

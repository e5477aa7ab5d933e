import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Answers with the files of directories, each below the path that it is given for; the first that fits counts. */
export const serveFiles =
  (directories: Readonly<Record<string, string>>) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    // `URL` resolves every `..`, so that nothing outside of a directory can be asked for.
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const [path, directory] = Object.entries(directories).find(([each]) => file.startsWith(each)) ?? [];
    if (path === undefined || directory === undefined || /%2f/i.test(file)) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(directory, decodeURI(file.slice(path.length)))).then(
      (content) => {
        response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(content);
      },
      () => {
        response.writeHead(404).end();
      },
    );
  };

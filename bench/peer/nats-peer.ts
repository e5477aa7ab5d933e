import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ports, ServerIdentity } from './listen.js';

/** True if there is a server of NATS on this machine. */
export const hasNats = (): boolean => spawnSync('nats-server', ['--version']).status === 0;

const portIn = async (directory: string): Promise<number> => {
  for (;;) {
    const file = readdirSync(directory).find((name) => name.endsWith('.ports'));
    const text = file === undefined ? '' : readFileSync(join(directory, file), 'utf8');
    if (text !== '') return Number(new URL((JSON.parse(text) as { nats: [string] }).nats[0]).port);
    await sleep(20);
  }
};

const start = async (tls: string): Promise<number> => {
  const directory = mkdtempSync(join(tmpdir(), 'unitlink-nats-'));
  const config = join(directory, 'nats.conf');
  writeFileSync(
    config,
    `listen: "127.0.0.1:-1"
ports_file_dir: "${directory}"
jetstream { store_dir: "${directory}", max_memory_store: 1GB }
${tls}`,
  );
  const server = spawn('nats-server', ['-c', config], { stdio: 'ignore' });
  process.once('exit', () => {
    server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  return portIn(directory);
};

/** Serves JetStream over mutual TLS and over plain TCP. */
export const serveNats = async ({ ca, cert, key }: ServerIdentity): Promise<Ports> => {
  const directory = mkdtempSync(join(tmpdir(), 'unitlink-nats-'));
  const paths = Object.entries({ ca_file: ca, cert_file: cert, key_file: key }).map(([name, text]) => {
    const path = join(directory, `${name}.pem`);
    writeFileSync(path, text, { mode: 0o600 });
    return `${name}: "${path}"`;
  });
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  return { tls: await start(`tls { ${paths.join(', ')}, verify: true }`), plain: await start('') };
};

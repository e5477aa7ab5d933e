import { Socket } from 'node:net';

/** Ends this process once the one that started it is gone, so that no test leaves one behind; its stdin has to be a pipe. */
export const endWithParent = (): void => {
  process.stdin.resume().once('end', () => process.exit(1));
  if (process.stdin instanceof Socket) process.stdin.unref();
};

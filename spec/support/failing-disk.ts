import { open, type FileHandle } from 'node:fs/promises';
import sinon from 'sinon';

/** What a file may be asked for. */
type Call = 'write' | 'datasync' | 'truncate';

/** Makes calls on files fail with a code, or counts them, until `restore`. */
export const failingDisk = async (): Promise<{
  fail: (call: Call, code: string) => void;
  count: (call: Call) => sinon.SinonSpy;
  restore: () => void;
}> => {
  const handle = await open(process.execPath);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const sandbox = sinon.createSandbox();
  return {
    fail: (call, code) => {
      sandbox.stub(prototype, call).rejects(Object.assign(new Error(`${code}: ${call}`), { code }));
    },
    count: (call) => sandbox.spy(prototype, call),
    restore: () => {
      sandbox.restore();
    },
  };
};

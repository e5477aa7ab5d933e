import { open, type FileHandle } from 'node:fs/promises';
import sinon from 'sinon';

/** What a file may be asked for. */
type Call = 'write' | 'datasync' | 'sync' | 'truncate';

/** Makes calls on files fail with a code, counts them, or does something before each, until `restore`. */
export const failingDisk = async (): Promise<{
  fail: (call: Call, code: string) => void;
  count: (call: Call) => sinon.SinonSpy;
  watch: (call: Call, before: () => unknown) => void;
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
    watch: (call, before) => {
      const stub = sandbox.stub(prototype, call as 'sync');
      stub.callsFake(function (this: FileHandle) {
        before();
        return stub.wrappedMethod.call(this);
      });
    },
    restore: () => {
      sandbox.restore();
    },
  };
};

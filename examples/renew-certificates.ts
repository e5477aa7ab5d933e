// A unit with a keystore renews its certificate when the cloud asks for it, and reconnects with it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { connectUnit, fileKeystore } from 'unitlink';
import { startCloud } from 'unitlink/testing';

const directory = await mkdtemp(join(tmpdir(), 'unitlink-example-'));
await using cloud = await startCloud(); // in place of yours
await using unit = connectUnit({
  systemId: 'unit-1',
  credentials: cloud.credentials, // to begin with
  keystore: fileKeystore(join(directory, 'keys'), { commonName: 'unit-1' }),
  mainNode: 'main',
});

unit.renewal$.subscribe({
  next: (event) => {
    console.log(
      event.step,
      'certificates' in event ? event.certificates : 'certificate' in event ? event.certificate : '',
    );
  },
  error: console.error,
});

await firstValueFrom(unit.state$.pipe(filter(({ state }) => state === 'connected')), { defaultValue: undefined });
const connected = firstValueFrom(unit.renewal$.pipe(filter(({ step }) => step === 'connected')), {
  defaultValue: undefined,
});
const opened = firstValueFrom(cloud.event$.pipe(filter((event) => event.kind === 'opened')), {
  defaultValue: undefined,
});
const { issued } = await cloud.renewCertificates();
await connected;
if ((await opened)?.serial !== issued[0]?.serial) process.exitCode = 1;
await rm(directory, { recursive: true, maxRetries: 5 });

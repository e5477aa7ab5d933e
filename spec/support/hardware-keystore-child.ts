/** A unit with a keystore in hardware renews its certificate; prints the serials and keys that it had. */

import { argv, stdout } from 'node:process';
import { filter, firstValueFrom, from } from 'rxjs';
import { connectUnit } from 'unitlink';
import { createAuthority, startCloud } from 'unitlink/testing';
import { hardwareKeystore } from '../../examples/hardware/keystore.js';

const [, , directory = '', module = '', label = '', pinFile = ''] = argv;
const authority = await createAuthority();
await using cloud = await startCloud({ authority });
const keystore = hardwareKeystore(directory, 'unit-1', { module, label, pinFile });
const id = { type: 'online', node: 'main' };
const inUse = () => firstValueFrom(from(keystore.certificate(id)), { defaultValue: undefined });

const csr = await firstValueFrom(from(keystore.createKey({ ...id, secret: '' })), { defaultValue: '' });
const issue = { commonName: 'unit-1', client: true, discoveryUrls: [cloud.discoveryUrl] };
const { cert } = await authority.sign(csr, issue);
await firstValueFrom(from(keystore.applyCert({ ...id, chain: cert, isOnTrial: false })), { defaultValue: '' });
const first = await inUse();

await using unit = connectUnit({ systemId: 'unit-1', credentials: { ca: authority.ca }, keystore, mainNode: 'main' });
const step = (name: string) =>
  firstValueFrom(unit.renewal$.pipe(filter((event) => event.step === name)), { defaultValue: undefined });
await firstValueFrom(unit.state$.pipe(filter(({ state }) => state === 'connected')), { defaultValue: undefined });
const connected = step('connected');
const opened = firstValueFrom(cloud.event$.pipe(filter((event) => event.kind === 'opened')), {
  defaultValue: undefined,
});
await cloud.renewCertificates({ timeout: 30_000 });
await connected;
await unit.send({ messageType: 'alerts', items: [] }).acknowledged;
const second = await inUse();
stdout.write(JSON.stringify({ first, second, shown: (await opened)?.serial }));

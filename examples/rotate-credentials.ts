// Credentials are a stream: a further value makes the unit reconnect, with the new certificate.
import { BehaviorSubject, filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { connectUnit, type Credentials } from 'unitlink';
import { startCloud } from 'unitlink/testing';

await using cloud = await startCloud();
const first = await cloud.issueCredentials();
const second = await cloud.issueCredentials();

const serials = firstValueFrom(
  cloud.event$.pipe(
    filter((event) => event.kind === 'opened'),
    map(({ serial }) => serial),
    take(2),
    toArray(),
  ),
  { defaultValue: [] },
);

const credentials$ = new BehaviorSubject<Credentials>(first);
await using unit = connectUnit({ systemId: 'unit-1', credentials: credentials$ });

unit.state$.pipe(filter(({ state }) => state === 'connected')).subscribe({
  next: () => {
    console.log('connected');
    if (credentials$.value === first) credentials$.next(second);
  },
  error: console.error,
});

const shown = await serials;
console.log('certificates that the cloud saw:', shown);
if (shown[0] !== first.serial || shown[1] !== second.serial) process.exitCode = 1;

// The smallest unit app: it tells how it is, does what the cloud wishes, and stops.
import { connectUnit } from 'unitlink';
import { startCloud } from 'unitlink/testing';

await using cloud = await startCloud(); // stands in for yours
await using unit = connectUnit({ systemId: 'unit-1', credentials: cloud.credentials });

unit.state$.subscribe({
  next: ({ state }) => {
    console.log(`the unit is ${state}`);
  },
  error: console.error,
});
unit.handle('desiredStatus', ({ data }) => {
  console.log('the cloud wishes', data);
});

const { messageType, attempt } = await unit.send({ messageType: 'unitStatus', isDeltaInfo: false }).acknowledged;
console.log(`${messageType} was acknowledged at transmission ${attempt}`);

await cloud.sendAndWait({ messageType: 'desiredStatus', items: [] });

// The smallest unit app: it prints its state, handles a desired status, and stops.
import { connectUnit } from 'unitlink';
import { startCloud } from 'unitlink/testing';

await using cloud = await startCloud(); // in place of yours
await using unit = connectUnit({ systemId: 'unit-1', credentials: cloud.credentials });

unit.state$.subscribe({
  next: ({ state }) => {
    console.log(`the unit is ${state}`);
  },
  error: console.error,
});
unit.handle('desiredStatus', ({ data }) => {
  console.log('the cloud requests', data);
});

const { messageType, attempt } = await unit.send({ messageType: 'unitStatus', isDeltaInfo: false }).acknowledged;
console.log(`${messageType} was acknowledged at transmission ${attempt}`);

await cloud.sendAndWait({ messageType: 'desiredStatus', items: [] });

import { setTimeout } from 'node:timers/promises';
import { connectUnit, fileCredentials } from '../../lib/index.js';

/** A unit whose CA is not there, and to which nobody listens. */
const unit = connectUnit({ systemId: 'unit-1', credentials: fileCredentials({ ca: '/nowhere/ca.pem' }) });
await setTimeout(200);
await unit.stop();

import type { DiscoveryStep, MessageStep, UnitFaults, UpgradeStep } from '../../server/units/unit-faults.js';
import { createScript, type Script } from './fault-script.js';

/** The faults that are planned, and the values that discovery answers with. It knows no connection. */
export interface FaultPlan extends UnitFaults {
  readonly discoveries: Script<DiscoveryStep>;
  readonly upgrades: Script<UpgradeStep>;
  readonly messages: Script<MessageStep>;
  token: string;
  nextRequestDelay: number | null;
  /** The number of endpoints that refuse connections, first in `connectionInfo`. */
  deadEndpoints: number;
}

export const createFaultPlan = (token: string, nextRequestDelay: number | null): FaultPlan => ({
  discoveries: createScript(),
  upgrades: createScript(),
  messages: createScript(),
  token,
  nextRequestDelay,
  deadEndpoints: 0,
});

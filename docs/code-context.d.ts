// What the code in README and docs takes for granted: spec/docs-code.slow.spec.ts compiles it with this, each block by itself.
// A block that declares or imports a name of its own means that one.
import type * as rxjs from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import type * as unitlink from 'unitlink';
import type * as dashboard from 'unitlink/dashboard';
import type * as testing from 'unitlink/testing';

declare global {
  // What the page has made before.
  const unit: unitlink.Unit;
  const systemId: string;
  const credentials: unitlink.Credentials;
  const keystore: unitlink.FileKeystore;
  const scheduler: TestScheduler;

  // What the page has imported before.
  const connectUnit: typeof unitlink.connectUnit;
  const fileMessageLog: typeof unitlink.fileMessageLog;
  const startCloud: typeof testing.startCloud;
  const virtualUnit: typeof testing.virtualUnit;
  const firstValueFrom: typeof rxjs.firstValueFrom;
  const map: typeof rxjs.map;

  // What belongs to the reader.
  const myApp: (unit: unitlink.Unit) => rxjs.Observable<unknown>;
  const apply: (desired: unitlink.CloudData<'desiredStatus'>) => void;
  const upload: (request: unitlink.CloudData<'requestLog'>) => Promise<void>;
  const digests: unitlink.RequestData['digests'];
  const sample: () => unitlink.UnitData<'monitoringData'>;
  const led: { readonly on: () => void; readonly off: () => void };
  const readLog: (filter: unknown) => Buffer;
  const state$: rxjs.Observable<unitlink.InstanceState>;
  const writeState: (instance: unitlink.InstanceIdent, state: string) => Promise<void>;
  const instances: unitlink.InstanceIdent[];
  const setVariable: (instance: unitlink.InstanceIdent, name: string, value: string) => Promise<void>;
  const unsetVariable: (instance: unitlink.InstanceIdent, name: string) => Promise<void>;

  // What belongs to the reader's page.
  const session: { readonly token: () => Promise<string> };
  const filter$: rxjs.Observable<object>;
  const showChip: (state: dashboard.DashboardState) => void;
  const table: { readonly show: (status: dashboard.Status, asOf: number | undefined, value: unknown) => void };
  const chart: { readonly show: (live: dashboard.Live<unknown>) => void };
}

/** A unit in the table. Times in milliseconds since 1970, `cpu` and `ram` in percent of what it has. */
export interface UnitRow {
  readonly id: string;
  readonly site: string;
  readonly state: 'reporting' | 'silent';
  readonly cpu: number;
  readonly ram: number;
  /** Messages since the bridge began. */
  readonly messages: number;
  readonly reportedAt: number;
}

/** An alert in the list; `at` in milliseconds since 1970. */
export interface AlertRow {
  readonly id: string;
  readonly at: number;
  readonly unit: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly text: string;
}

/** What the gauges show: means in percent over all units that report, and messages a second. */
export interface FleetValue {
  readonly units: number;
  readonly reporting: number;
  readonly cpu: number;
  readonly ram: number;
  readonly rate: number;
}

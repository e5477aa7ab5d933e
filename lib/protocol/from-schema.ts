import type * as definitions from './schemas/definitions.js';

type Definitions = typeof definitions;

/** The type of the values that a schema describes, an absent member being one that is undefined. */
export type FromSchema<S> = S extends { readonly $ref: infer Name extends keyof Definitions }
  ? Name extends keyof Named
    ? Named[Name]
    : FromSchema<Definitions[Name]>
  : S extends { readonly const: infer Value }
    ? Value
    : S extends { readonly enum: readonly (infer Value)[] }
      ? Value
      : S extends { readonly oneOf: readonly (infer Option)[] }
        ? FromOption<Option>
        : S extends { readonly items: infer Item }
          ? readonly FromSchema<Item>[]
          : S extends { readonly properties: infer Members; readonly required: readonly (infer Required)[] }
            ? FromMembers<Members, Required>
            : S extends { readonly properties: infer Members }
              ? FromMembers<Members, never>
              : S extends { readonly additionalProperties: infer Member }
                ? Readonly<Record<string, FromSchema<Member>>>
                : S extends { readonly type: infer Name extends keyof Scalars }
                  ? Scalars[Name]
                  : unknown;

type FromOption<Option> = Option extends unknown ? FromSchema<Option> : never;

type FromMembers<Members, Required> = Flat<
  { readonly [Name in keyof Members as Name extends Required ? Name : never]: FromSchema<Members[Name]> } & {
    readonly [Name in keyof Members as Name extends Required ? never : Name]?: FromSchema<Members[Name]> | undefined;
  }
>;

/** One object type instead of an intersection: that is what an editor is to show. */
type Flat<T> = T extends infer Members ? { [Name in keyof Members]: Members[Name] } : never;

interface Scalars {
  readonly string: string;
  readonly integer: number;
  readonly number: number;
  readonly boolean: boolean;
}

/** The definitions that have a name of their own. */
interface Named {
  readonly identity: Identity;
  readonly identified: Identified;
  readonly codenamed: Codenamed;
  readonly errorInfo: ErrorInfo;
  readonly systemAlert: SystemAlert;
  readonly coreAlert: CoreAlert;
  readonly resourceAllocateAlert: ResourceAllocateAlert;
  readonly systemQuotaAlert: SystemQuotaAlert;
  readonly instanceQuotaAlert: InstanceQuotaAlert;
  readonly downloadProgressAlert: DownloadProgressAlert;
  readonly updateItemInstanceAlert: UpdateItemInstanceAlert;
  readonly osInfo: OsInfo;
  readonly archInfo: ArchInfo;
  readonly cpuInfo: CpuInfo;
  readonly partitionInfo: PartitionInfo;
  readonly runtimeInfo: RuntimeInfo;
  readonly resourceInfo: ResourceInfo;
  readonly nodeInfo: NodeInfo;
  readonly sample: Sample;
  readonly unitConfigStatus: UnitConfigStatus;
  readonly itemStatus: ItemStatus;
  readonly instancesStatus: InstancesStatus;
  readonly percentRule: PercentRule;
  readonly partitionRule: PartitionRule;
  readonly pointRule: PointRule;
  readonly alertRules: AlertRules;
  readonly nodeConfig: NodeConfig;
  readonly unitConfig: UnitConfig;
}

/** Names an object: by `id` where the cloud issued it, by `codename` where it is a node, a runtime or pre-installed. */
export interface Identity extends FromSchema<typeof definitions.identity> {}

/** An {@link Identity} that has an `id`. */
export interface Identified extends FromSchema<typeof definitions.identified> {}

/** An {@link Identity} that has a `codename`: a node, a runtime, a subject of the unit. */
export interface Codenamed extends FromSchema<typeof definitions.codenamed> {}

/** The reason of a failure. The whole object is absent where nothing failed. */
export interface ErrorInfo extends FromSchema<typeof definitions.errorInfo> {}

/** An entry of the journal of a node. */
export interface SystemAlert extends FromSchema<typeof definitions.systemAlert> {}

/** An entry of the log of a core component. */
export interface CoreAlert extends FromSchema<typeof definitions.coreAlert> {}

/** An instance did not get a device. */
export interface ResourceAllocateAlert extends FromSchema<typeof definitions.resourceAllocateAlert> {}

/** A node exceeds one of its quotas. */
export interface SystemQuotaAlert extends FromSchema<typeof definitions.systemQuotaAlert> {}

/** An instance exceeds one of its quotas. */
export interface InstanceQuotaAlert extends FromSchema<typeof definitions.instanceQuotaAlert> {}

/** The progress of a download. */
export interface DownloadProgressAlert extends FromSchema<typeof definitions.downloadProgressAlert> {}

/** An entry of the log of an instance. */
export interface UpdateItemInstanceAlert extends FromSchema<typeof definitions.updateItemInstanceAlert> {}

/** An operating system. */
export interface OsInfo extends FromSchema<typeof definitions.osInfo> {}

/** The instruction set of a processor. */
export interface ArchInfo extends FromSchema<typeof definitions.archInfo> {}

/** A processor. */
export interface CpuInfo extends FromSchema<typeof definitions.cpuInfo> {}

/** A partition of a node. */
export interface PartitionInfo extends FromSchema<typeof definitions.partitionInfo> {}

/** A runtime for instances, and the share of the node that it may use. */
export interface RuntimeInfo extends FromSchema<typeof definitions.runtimeInfo> {}

/** A device that instances can share. */
export interface ResourceInfo extends FromSchema<typeof definitions.resourceInfo> {}

/** A node and its equipment, as `unitStatus` reports it. */
export interface NodeInfo extends FromSchema<typeof definitions.nodeInfo> {}

/** The resources that a node or an instance uses at one moment. */
export interface Sample extends FromSchema<typeof definitions.sample> {}

/** The status of a unit configuration: the one in use, or the one that is being applied. */
export interface UnitConfigStatus extends FromSchema<typeof definitions.unitConfigStatus> {}

/** The status of an item: a service, a component or a layer. */
export interface ItemStatus extends FromSchema<typeof definitions.itemStatus> {}

/** The status of the instances of one item for one subject. */
export interface InstancesStatus extends FromSchema<typeof definitions.instancesStatus> {}

/** The rule for alerts about a value in percent. */
export interface PercentRule extends FromSchema<typeof definitions.percentRule> {}

/** The rule for alerts about the use of a partition. */
export interface PartitionRule extends FromSchema<typeof definitions.partitionRule> {}

/** The rule for alerts about a number of bytes. */
export interface PointRule extends FromSchema<typeof definitions.pointRule> {}

/** The alert rules of a node. */
export interface AlertRules extends FromSchema<typeof definitions.alertRules> {}

/** The desired configuration of one node, or of all nodes of one type. */
export interface NodeConfig extends FromSchema<typeof definitions.nodeConfig> {}

/** The desired configuration of the nodes. */
export interface UnitConfig extends FromSchema<typeof definitions.unitConfig> {}

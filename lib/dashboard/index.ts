export type { DashboardMessage, Generation, Misfit, ServerMessage, SubscriptionCodec, Welcome, Wire } from './codec.js';
export { connectDashboard } from './connect-dashboard.js';
export { dashboardMetrics, type DashboardMetricsOptions } from './dashboard-metrics.js';
export { envelope } from './envelope.js';
export type { Fold } from './fold.js';
export { graphqlTransport, type GraphqlOperation, type GraphqlTransportOptions } from './graphql-transport.js';
export { latest } from './latest.js';
export type { DashboardEvent, DashboardMeter, Watched, WatchEvent } from './meter.js';
export { thisPage, type Browser, type Page, type PageEvent, type Target } from './page.js';
export { rows, type Row, type Rows } from './rows.js';
export { series, type Point, type SeriesOptions } from './series.js';
export type {
  Dashboard,
  DashboardOptions,
  DashboardState,
  Doubt,
  Health,
  Hole,
  Live,
  ReconnectOptions,
  Status,
  WatchOptions,
} from './types.js';
export type {
  DashboardData,
  DashboardMessages,
  ServerData,
  ServerMessages,
} from '../protocol/subscription/messages.js';
export type { WebSocketClass, WebSocketLike } from '../transport/web-socket.js';
export {
  AppError,
  ConnectError,
  ConnectionClosedError,
  ConnectionLostError,
  ConnectTimeoutError,
  DeadLinkError,
  FoldError,
  GapError,
  InsecureUrlError,
  MisfitError,
  OptionError,
  SubscriptionEndedError,
  SubscriptionTimeoutError,
  SubscriptionTooLargeError,
  TokenRefusedError,
  UnitlinkError,
  UnstableConnectionError,
} from '../errors.js';

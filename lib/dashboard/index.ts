/**
 * `unitlink/dashboard`: live values in a page, over one connection that is kept up.
 *
 * May import: errors, link, observability, operators, protocol, time, transport.
 *
 * @module
 */
export type {
  DashboardMessage,
  Generation,
  Misfit,
  ServerMessage,
  SubscriptionCodec,
  Welcome,
  Wire,
} from './codecs/codec.js';
export { connectDashboard } from './connect-dashboard.js';
export { dashboardMetrics, type DashboardMetricsOptions } from './dashboard-metrics.js';
export { envelope } from './codecs/envelope.js';
export type { Fold } from './folds/fold.js';
export type { GraphqlOperation, GraphqlTransportOptions } from './codecs/graphql-options.js';
export { graphqlTransport } from './codecs/graphql-transport.js';
export { latest } from './folds/latest.js';
export type { DashboardEvent, DashboardMeter, Watched, WatchEvent } from './events.js';
export { thisPage, type Browser, type Page, type PageEvent, type Target } from './page.js';
export type { Row } from './folds/row.js';
export { rows, type Rows } from './folds/rows.js';
export { series, type Point, type SeriesOptions } from './folds/series.js';
export type { DashboardState, DashboardSuspicion, Status } from './state.js';
export type { Dashboard, DashboardOptions, Health, Hole, Live, ReconnectOptions, WatchOptions } from './dashboard.js';
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

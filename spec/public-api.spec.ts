import { expect } from 'chai';
import * as dashboard from 'unitlink/dashboard';
import * as server from 'unitlink/server';
import * as testing from 'unitlink/testing';
import * as unitlink from 'unitlink';
import * as otel from 'unitlink/otel';
import * as prom from 'unitlink/prom';

const names = (module: object): readonly string[] => Object.keys(module).sort();

describe('the public API', () => {
  it("exports these names from 'unitlink'", () => {
    expect(names(unitlink)).to.deep.equal([
      'AckTimeoutError',
      'AllEndpointsFailedError',
      'AppError',
      'ConnectError',
      'ConnectTimeoutError',
      'ConnectionClosedError',
      'ConnectionLostError',
      'CredentialsError',
      'DeadLinkError',
      'DiscoveryError',
      'DiscoveryRefusedError',
      'ExpiredError',
      'HandlerTimeoutError',
      'InsecureUrlError',
      'InvalidMessageError',
      'KeystoreError',
      'ListenerError',
      'MessageLogError',
      'MessageTooLargeError',
      'NackError',
      'OptionError',
      'ProxyError',
      'QueueFullError',
      'ReplacedError',
      'RequestTimeoutError',
      'StoppedError',
      'StoreError',
      'UnauthorizedError',
      'UndeliverableError',
      'UnitlinkError',
      'UnstableConnectionError',
      'WithdrawnError',
      'absentLog',
      'ackTimeout',
      'alerts',
      'answerLogRequests',
      'aos',
      'certificateRefusal',
      'cloudMessageTypes',
      'connectUnit',
      'deadLink',
      'decode',
      'encode',
      'errorInfo',
      'expire',
      'failedLog',
      'fileCredentials',
      'fileKeystore',
      'fileMessageLog',
      'fileStore',
      'fleet',
      'handleInOrder',
      'indexedDbStore',
      'installOrder',
      'instruments',
      'levelStore',
      'makeBeforeBreak',
      'markDuplicates',
      'memoryMetrics',
      'memoryStore',
      'monitoringData',
      'monotonicScheduler',
      'newState',
      'nodeTransport',
      'outgoingQueue',
      'overrideEnvVars',
      'prometheusContentType',
      'prometheusText',
      'protocolVersion',
      'proveStable',
      'provisionNodes',
      'publishStates',
      'pushLog',
      'receiveStates',
      'renewCertificates',
      'requestState',
      'resend',
      'retryAfter',
      'retryWithBackoff',
      'stateChecksum',
      'tryInTurn',
      'unitMessageTypes',
      'unitStatus',
      'unitStatusDelta',
    ]);
  });

  it("exports these names from 'unitlink/dashboard'", () => {
    expect(names(dashboard)).to.deep.equal([
      'AppError',
      'ConnectError',
      'ConnectTimeoutError',
      'ConnectionClosedError',
      'ConnectionLostError',
      'DeadLinkError',
      'FoldError',
      'GapError',
      'InsecureUrlError',
      'MisfitError',
      'OptionError',
      'SubscriptionEndedError',
      'SubscriptionTimeoutError',
      'SubscriptionTooLargeError',
      'TokenRefusedError',
      'UnitlinkError',
      'UnstableConnectionError',
      'connectDashboard',
      'dashboardMetrics',
      'envelope',
      'graphqlTransport',
      'latest',
      'rows',
      'series',
      'thisPage',
    ]);
  });

  it("exports these names from 'unitlink/testing'", () => {
    expect(names(testing)).to.deep.equal([
      'CloudError',
      'DashboardServerError',
      'ScenarioError',
      'ack',
      'acknowledge',
      'cloudMessage',
      'createAuthority',
      'memoryLog',
      'nack',
      'playScenario',
      'readScenario',
      'redisLog',
      'replayLog',
      'seriesTopic',
      'serveTopics',
      'startCloud',
      'startDashboard',
      'stateTopic',
      'timelinePage',
      'valueTopic',
      'virtualDashboard',
      'virtualUnit',
      'virtualWebSocket',
    ]);
  });

  it("exports these names from 'unitlink/server'", () => {
    expect(names(server)).to.deep.equal([
      'DashboardServerError',
      'RemovedRow',
      'fileLog',
      'memoryLog',
      'redisLog',
      'removed',
      'seriesTopic',
      'serveDashboards',
      'serveUnits',
      'stateTopic',
      'topic',
      'valueTopic',
    ]);
  });

  it("exports one sink each from 'unitlink/otel' and 'unitlink/prom'", () => {
    expect(names(otel)).to.deep.equal(['otelMetrics']);
    expect(names(prom)).to.deep.equal(['promMetrics']);
  });
});

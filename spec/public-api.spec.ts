import { expect } from 'chai';
import * as testing from 'unitlink/testing';
import * as unitlink from 'unitlink';

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
      'InsecureUrlError',
      'InvalidMessageError',
      'ListenerError',
      'MessageLogError',
      'MessageTooLargeError',
      'NackError',
      'OptionError',
      'QueueFullError',
      'ReplacedError',
      'RequestTimeoutError',
      'StoppedError',
      'StoreError',
      'UnauthorizedError',
      'UnitlinkError',
      'UnstableConnectionError',
      'WithdrawnError',
      'absentLog',
      'ackTimeout',
      'alerts',
      'aos',
      'cloudMessageTypes',
      'connectUnit',
      'deadLink',
      'decode',
      'encode',
      'errorInfo',
      'expire',
      'failedLog',
      'fileCredentials',
      'fileMessageLog',
      'fleet',
      'handleInOrder',
      'indexedDbStore',
      'levelStore',
      'markDuplicates',
      'memoryStore',
      'monitoringData',
      'monotonicScheduler',
      'newState',
      'nodeTransport',
      'outgoingQueue',
      'protocolVersion',
      'proveStable',
      'pushLog',
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

  it("exports these names from 'unitlink/testing'", () => {
    expect(names(testing)).to.deep.equal([
      'CloudError',
      'ack',
      'acknowledge',
      'cloudMessage',
      'createAuthority',
      'nack',
      'startCloud',
      'virtualUnit',
    ]);
  });
});

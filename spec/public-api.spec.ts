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
      'ackTimeout',
      'aos',
      'cloudMessageTypes',
      'connectUnit',
      'deadLink',
      'decode',
      'encode',
      'expire',
      'fileCredentials',
      'fleet',
      'handleInOrder',
      'indexedDbStore',
      'levelStore',
      'markDuplicates',
      'memoryStore',
      'monotonicScheduler',
      'nodeTransport',
      'outgoingQueue',
      'protocolVersion',
      'proveStable',
      'resend',
      'retryAfter',
      'retryWithBackoff',
      'tryInTurn',
      'unitMessageTypes',
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

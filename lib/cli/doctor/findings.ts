/**
 * All findings of `unitlink doctor`: the problem, and what to do about it. The names are for
 * programs and stay as they are.
 */
export const findings = {
  // The proxy.
  'proxy-unreachable': ['the proxy cannot be reached', 'Check --proxy, or HTTPS_PROXY, and that the proxy runs.'],
  'proxy-untrusted': [
    'the certificate of the proxy is not trusted',
    'Have NODE_EXTRA_CA_CERTS name the file of its CA, or check the name in its URL.',
  ],
  'proxy-credentials': [
    'the proxy asks for credentials, or refuses those that it got',
    'Put user name and password into the URL of the proxy.',
  ],
  'proxy-forbidden': ['the proxy does not allow this host and port', 'Have it allow CONNECT to them.'],
  'proxy-host-unreachable': [
    'the proxy cannot reach the host',
    'Check the name of the host, and whether the proxy resolves it; NO_PROXY excludes hosts from the proxy.',
  ],
  'proxy-failed': ['the proxy makes no tunnel', 'Ask those who run the proxy.'],
  // The clock.
  'clock-behind': [
    'the clock of this machine is behind',
    'Set it, for example by NTP; certificates and tokens are judged by it, so what follows may come of it.',
  ],
  'clock-ahead': [
    'the clock of this machine is ahead',
    'Set it, for example by NTP; certificates and tokens are judged by it, so what follows may come of it.',
  ],
  // The files of the unit.
  'file-missing': ['the file is not there', 'Give the path of the file, or put it there.'],
  'file-unreadable': ['the file cannot be read', 'Let the user that runs the unit read it.'],
  'ca-unreadable': ['no certificate can be read in it', 'Give a PEM file with the certificate of the CA of the cloud.'],
  'ca-expired': ['the certificate of the CA has expired', 'Get the present certificate of the CA of the cloud.'],
  'ca-not-yet-valid': ['the certificate of the CA is not valid yet', 'Set the clock of this machine.'],
  'certificate-unreadable': [
    'no certificate can be read in it',
    'Give a PEM file with the certificate of the unit, then its intermediates.',
  ],
  'certificate-expired': ['the certificate has expired', 'Have it renewed; until then the unit does not connect.'],
  'certificate-not-yet-valid': [
    'the certificate is not valid yet',
    'Set the clock of this machine; if it is right, wait, or have a new certificate issued.',
  ],
  'certificate-not-for-clients': [
    'the certificate may not be shown by a TLS client',
    'Have it issued with the extended key usage clientAuth.',
  ],
  'key-unreadable': ['no private key can be read in it', 'Give a PEM file with the private key of the unit.'],
  'key-encrypted': ['the private key is encrypted', 'Give the file of its passphrase with --passphrase-file.'],
  'passphrase-unreadable': [
    'the passphrase cannot be read',
    'Give a file with --passphrase-file whose first line is the passphrase, and let this user read it.',
  ],
  'passphrase-wrong': [
    'the passphrase does not open the private key',
    'Give the passphrase that the key was encrypted with.',
  ],
  'key-cipher-unknown': [
    'the private key is encrypted in a way that this OpenSSL does not know',
    'Encrypt it again, for example by "openssl pkcs8 -topk8".',
  ],
  'keystore-unusable': ['the keystore cannot be used', 'The unit cannot use it either: do as the message says.'],
  'keystore-empty': [
    'the keystore has nothing to connect with',
    'Check --keystore and --main-node; or give --cert and --key, which the first start of the unit copies into it.',
  ],
  'key-pin-shown': [
    'the PIN of the key is in its URI, and would be printed',
    'Name a file that has it by pin-source=file: in its place.',
  ],
  'key-engine-missing': [
    'OpenSSL has no engine for keys in hardware',
    'Have the file of OPENSSL_CONF load the engine pkcs11.',
  ],
  'key-not-in-hardware': [
    'there is no such key in the hardware, or its PIN does not open it',
    'Check token and object in its URI, and the file of its PIN, which has no line break.',
  ],
  'key-mismatch': [
    'the private key does not belong to the certificate',
    'Give the key that the certificate was requested with.',
  ],
  'chain-broken': [
    'what follows the certificate did not issue it',
    'Put the intermediates behind the certificate, each followed by the one that issued it.',
  ],
  'chain-expired': ['an intermediate certificate has expired', 'Get the present intermediates, put them in its place.'],
  'no-discovery-url': [
    'the certificate names no cloud',
    'Give --discovery-url, or a certificate with the URL of service discovery.',
  ],
  'insecure-url': [
    'a URL without TLS, or with a password in it, is never dialled',
    'Have it corrected where it comes from; for tests on one machine there is --allow-insecure.',
  ],
  // The name.
  'name-not-found': [
    'there is no such host',
    'Check the spelling, and whether the DNS of this network knows the name.',
  ],
  'name-temporary': [
    'the DNS server cannot be asked at present',
    'Check the network, and the DNS servers of this machine (/etc/resolv.conf).',
  ],
  'name-failed': ['the name cannot be resolved', 'Check the DNS servers of this machine (/etc/resolv.conf).'],
  'name-timeout': ['the DNS server does not answer', 'Check the network, and the DNS servers of this machine.'],
  // TCP.
  'connection-refused': ['nobody listens at this port', 'Check the port in the URL, and whether the cloud is up.'],
  'connection-reset': [
    'the connection was reset',
    'Something on the way, such as a firewall or proxy, cuts it off; ask its keeper.',
  ],
  'connection-timeout': [
    'there is no answer',
    'A firewall may swallow it: have this host and port allowed on the way out.',
  ],
  'host-unreachable': [
    'there is no way to the host',
    'Check the gateway of this machine, and the VPN if there is one.',
  ],
  'network-unreachable': [
    'this machine has no network that leads there',
    'Check link, address and default route of this machine.',
  ],
  'connection-forbidden': [
    'this machine does not allow the connection',
    'Check the firewall and the permissions of this machine.',
  ],
  'connection-failed': ['the connection cannot be made', 'See the code of the system.'],
  // TLS, the server.
  'not-tls': [
    'the server does not speak TLS',
    'Check scheme and port in the URL: something else answers there, HTTP perhaps.',
  ],
  'tls-version': [
    'no TLS version in common',
    'The unit speaks TLS 1.2 and 1.3; have one of them enabled in the cloud.',
  ],
  'tls-no-common-cipher': [
    'the server refuses the handshake: no cipher or signature in common, or no client certificate that it takes',
    'Compare the ciphers, key types and CAs that the cloud allows.',
  ],
  'tls-unrecognized-name': ['the server does not know the host name', 'Check the host name in the URL.'],
  'tls-internal-error': ['the server reports an error of its own in the handshake', 'See the log of the cloud.'],
  'tls-alert': ['the server ends the handshake with an alert', 'See the log of the cloud.'],
  'tls-closed': [
    'the server hangs up in the middle of the handshake',
    'See the log of the cloud. It may refuse the certificate of the unit, or something on the way may cut TLS off.',
  ],
  'tls-timeout': ['the handshake is not answered', 'Something listens but does not speak TLS; check port and cloud.'],
  'tls-failed': ['the handshake fails', 'See the code of OpenSSL.'],
  'unknown-ca': [
    'the server shows a certificate of a CA that is not trusted',
    'Give the CA of the cloud with --ca; or this is not the cloud. The server also has to send its intermediates.',
  ],
  'self-signed': [
    'the server shows a certificate that nobody vouches for but itself',
    'Check that this is the cloud. If so, give that certificate with --ca.',
  ],
  'server-certificate-expired': [
    'the certificate of the server has expired',
    'Have it renewed in the cloud; check the clock of this machine.',
  ],
  'server-chain-expired': [
    'a CA certificate of the server has expired',
    'Have the chain renewed in the cloud, and --ca if it is that one.',
  ],
  'server-certificate-not-yet-valid': [
    'the certificate of the server is not valid yet',
    'Set the clock of this machine, which seems to be behind.',
  ],
  'wrong-host-name': [
    'the certificate of the server is made out to another host',
    'Use the name in the certificate; or this is not the cloud.',
  ],
  'server-certificate-purpose': [
    'the certificate of the server is not one for servers',
    'Have it issued with the extended key usage serverAuth.',
  ],
  'server-certificate-refused': ['the certificate of the server is not trusted', 'See the code of OpenSSL.'],
  // TLS, what the server thinks of the unit.
  'client-certificate-required': [
    'the server got no certificate that it could use',
    'Check that the CA of the unit is one that the cloud asks for.',
  ],
  'client-certificate-unknown-ca': [
    'the server does not know the CA of the certificate of the unit',
    'Put the intermediates behind the certificate in --cert, or have the cloud trust its CA.',
  ],
  'client-certificate-expired': [
    'the server takes the certificate of the unit for expired',
    'Have it renewed; check the clocks of both sides.',
  ],
  'client-certificate-revoked': ['the certificate of the unit was revoked', 'Have the unit provisioned again.'],
  'client-certificate-bad': [
    'the server cannot use the certificate of the unit',
    'Have it issued again, for clients and with a key type that the cloud takes.',
  ],
  'client-certificate-unsupported': [
    'the server does not take this kind of certificate',
    'Have it issued with the usage clientAuth and a key type that the cloud takes.',
  ],
  'client-certificate-unknown': [
    'the server refuses the certificate of the unit and does not say why',
    'See the log of the cloud.',
  ],
  'client-certificate-denied': [
    'the certificate of the unit is valid, but is not let in',
    'Have the unit registered in the cloud.',
  ],
  'client-signature-refused': [
    'the server cannot verify the signature of the unit',
    'Check that certificate and key belong together, and the key type.',
  ],
  'client-certificate-refused': [
    'the server hangs up as soon as it has the certificate of the unit',
    'It most likely refuses it: check that the cloud trusts its CA, and that it is not expired or revoked.',
  ],
  // HTTP.
  'not-http': ['the answer is not HTTP', 'Check the port in the URL: something else answers there.'],
  'closed-without-answer': [
    'the server hangs up without an answer',
    'See the log of the cloud; it may refuse the certificate of the unit at this point.',
  ],
  'answer-cut-off': [
    'the answer ends in the middle',
    'Something on the way cuts it off, or the server broke off: look at the proxies on the way, and the log of the cloud.',
  ],
  'answer-timeout': ['there is no answer', 'The cloud is too busy, or hangs; see its log.'],
  'http-bad-request': [
    'HTTP 400',
    'A proxy such as nginx says so when it refuses the certificate of the unit; see the log of the cloud.',
  ],
  'http-unauthorized': ['HTTP 401', 'The cloud wants credentials that service discovery does not use; check the URL.'],
  'http-forbidden': [
    'HTTP 403',
    'The cloud knows the unit and does not let it in; check that it is registered and not blocked.',
  ],
  'http-not-found': ['HTTP 404', 'Check the path of the URL.'],
  'http-redirect': ['a redirect by HTTP, which is refused', 'Give the URL that it leads to.'],
  'http-too-many': ['HTTP 429: too many requests', 'Wait; check how many units share this address.'],
  'http-unavailable': ['HTTP 503: the cloud is not available', 'Wait, and try again.'],
  'http-bad-gateway': [
    'the proxy of the cloud gets no answer behind it',
    'Wait, and try again; see the log of the cloud.',
  ],
  'http-server-error': ['the cloud has an error of its own', 'See the log of the cloud.'],
  'http-status': ['another HTTP status than expected', 'Check the URL: is it one of this kind of cloud?'],
  // Service discovery.
  'discovery-refused': [
    'the cloud refuses the unit with error code -1',
    'Check --system-id, and that the unit is registered.',
  ],
  'discovery-busy': ['the cloud asks to come back later (error code 2)', 'Wait; the unit comes back by itself.'],
  'discovery-error-code': [
    'the cloud answers with an error code that is not known',
    'Check that the URL is one of protocol version 7.',
  ],
  'answer-not-json': ['the answer is not JSON', 'Check the URL: this is not service discovery.'],
  'answer-other-version': [
    'the answer is for another protocol version',
    'The unit speaks version 7; ask a cloud that does.',
  ],
  'answer-other-system-id': [
    'the answer is for another unit',
    'Check --system-id against the one that the cloud knows.',
  ],
  'answer-too-long': ['the answer is longer than 1 MiB', 'Check the URL: this is not service discovery.'],
  'answer-unusable': ['the answer is not as the protocol has it', 'Check the URL, and the version of the cloud.'],
  'no-endpoint': ['the answer names no endpoint', 'See the log of the cloud: it has none for this unit.'],
  'redirect-loop': ['service discovery redirects in a circle', 'Have the redirects of the cloud corrected.'],
  'redirect-too-long': ['service discovery redirects more than 5 times', 'Have the redirects of the cloud corrected.'],
  'redirect-nowhere': ['service discovery redirects, but not to where', 'Have the redirect of the cloud corrected.'],
  // The endpoint.
  'token-refused': [
    'HTTP 401: the token that service discovery gave is refused',
    'Check that discovery and endpoint are of the same cloud, and their clocks.',
  ],
  'not-a-web-socket': [
    'no WebSocket answers there',
    'Check the URL that service discovery returns, and the proxies on the way.',
  ],
  'endpoint-unusable': [
    'no WebSocket can be opened at this URL',
    'Have the endpoint corrected that service discovery returns.',
  ],
  'closed-after-upgrade': [
    'the cloud closes the connection as soon as it is open',
    'See the log of the cloud for the reason; is the unit connected already?',
  ],
  'lost-after-upgrade': [
    'the connection is lost as soon as it is open',
    'See the log of the cloud, and the proxies on the way.',
  ],
  'no-pong': [
    'the ping is not answered',
    'The connection carries nothing: a proxy on the way may not pass WebSockets on.',
  ],
} as const;

/** The name of something that is the matter. */
export type Finding = keyof typeof findings;

import { UsageError } from './usage-error.js';

/** The options that say where service discovery is asked. */
export interface DiscoverySettings {
  readonly discoveryUrl: string | undefined;
  readonly overrideDiscoveryUrl: string | undefined;
  readonly allowInsecure: boolean;
}

/** @throws UsageError for an http URL that was not allowed */
export const checkDiscoveryUrls = (settings: DiscoverySettings): void => {
  for (const [option, value] of [
    ['--discovery-url', settings.discoveryUrl],
    ['--override-discovery-url', settings.overrideDiscoveryUrl],
  ] as const)
    if (!settings.allowInsecure && value?.toLowerCase().startsWith('http:'))
      throw new UsageError(`option ${option} got an http URL, it takes an https URL unless --allow-insecure is given`);
};

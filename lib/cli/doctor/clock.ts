import type { X509Certificate } from 'node:crypto';
import { shownUrl } from '../../protocol/url.js';
import type { Credentials } from '../../transport/types.js';
import { failed, type Check } from './check.js';
import { take, type DoctorTools } from './step.js';

/** A clock may be off by so much, in milliseconds: certificates and tokens are not judged to the second. */
const tolerance = 300_000;
/** No server gets longer to say what time it is, in milliseconds. */
const patience = 5000;
/** So many servers are asked. */
const mostAsked = 3;

/** The clocks that the check compares. */
export interface Clocks {
  /** Service discovery URLs. */
  readonly urls: readonly string[];
  readonly credentials?: Credentials;
  /** The certificates in the files of the unit: none of them was issued in the future. */
  readonly certificates: readonly X509Certificate[];
}

/** Compares the clock of this machine with that of the cloud, or else with the certificates; nothing where it is right. */
export const examineClock = async (
  { urls, credentials, certificates }: Clocks,
  tools: DoctorTools,
): Promise<readonly Check[]> => {
  const settings = { ...tools.settings, connectTimeout: Math.min(tools.settings.connectTimeout, patience) };
  if (credentials !== undefined)
    for (const url of urls.slice(0, mostAsked)) {
      const measured = await take(tools.probes.clock(url, credentials), url, { ...tools, settings });
      if ('value' in measured) return compare(tools.now(), measured.value, shownUrl(url));
    }
  return byCertificates(tools.now(), certificates);
};

const compare = (here: number, there: number, where: string): readonly Check[] => {
  const off = here - there;
  if (Math.abs(off) <= tolerance) return [];
  const detail = `${span(off)}; it says ${text(here)}, and ${where} says ${text(there)}`;
  const figures = { here: text(here), there: text(there), off };
  return [failed('clock', off < 0 ? 'clock-behind' : 'clock-ahead', detail, { figures })];
};

/** One certificate may have been issued for later; all of them were not. */
const byCertificates = (here: number, certificates: readonly X509Certificate[]): readonly Check[] => {
  const issued = certificates.map(({ validFrom }) => Date.parse(validFrom));
  const first = Math.min(...issued);
  if (issued.length === 0 || here >= first - tolerance) return [];
  const detail = `${span(here - first)} or more; it says ${text(here)}, and all certificates here were issued from ${text(first)} on`;
  return [failed('clock', 'clock-behind', detail, { figures: { here: text(here), issued: text(first) } })];
};

const text = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** The two largest units say enough. */
const span = (milliseconds: number): string => {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
};

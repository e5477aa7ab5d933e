import type { SimulationJournal } from '../model/journal.js';
import type { SimulationEvent } from '../model/events.js';
import type { Plan } from '../model/plan.js';
import type { Monitor } from './monitor.js';

/** The longest time until a renewal of the token begins, in milliseconds. */
const atOnce = 5;

type Of<Kind extends SimulationEvent['kind']> = Extract<SimulationEvent, { kind: Kind }>;

/**
 * L4: each URL of a discovery is tried before the next discovery; after a 401 the unit discovers again at once, and once;
 * and nothing is tried without a wait after all has failed.
 */
export const endpoints = ({ connectTimeout }: Plan): Monitor => new EndpointTurns(connectTimeout);

class EndpointTurns implements Monitor {
  readonly promise = 'L4';
  readonly #connectTimeout: number;
  #urls: readonly string[] = [];
  /** True after what may have been one thing or another. */
  #isUnsure = false;
  /** True if an attempt since the last opening took too long; what the next discovery names may come in another order. */
  #hasHung = false;
  #isRenewed = false;
  #renewBy: number | undefined;
  #mustWait = false;
  #dialled = new Map<number, { readonly url: string; readonly at: number; isOpen: boolean }>();

  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
  }

  readonly see = (event: SimulationEvent, journal: SimulationJournal): string | undefined => {
    switch (event.kind) {
      case 'process':
        if (event.what === 'started') this.#reset();
        return undefined;
      case 'fault':
        if (event.fault.kind === 'credentials') this.#startOver();
        return undefined;
      case 'discover':
        return this.#discover(event, journal);
      case 'discovered':
        if (event.outcome === 'endpoints') this.#take(event.urls ?? []);
        return undefined;
      case 'dial':
        return this.#dial(event);
      case 'opened':
        this.#open(event.link);
        return undefined;
      case 'ended':
        this.#end(event);
        return undefined;
      case 'state':
        return event.state === 'waiting' && !journal.isAgain(event) ? this.#wait(event) : undefined;
      default:
        return undefined;
    }
  };

  #reset(): void {
    this.#urls = [];
    this.#isUnsure = this.#hasHung = this.#isRenewed = this.#mustWait = false;
    this.#renewBy = undefined;
    this.#dialled = new Map();
  }

  #startOver(): void {
    this.#renewBy = undefined;
    this.#mustWait = false;
    this.#isUnsure = true;
  }

  #discover({ at }: Of<'discover'>, { frozenUntil }: SimulationJournal): string | undefined {
    if (this.#mustWait && !this.#isUnsure) return 'discovers again after a second 401, without a wait';
    if (this.#renewBy !== undefined && at > Math.max(this.#renewBy, frozenUntil + atOnce))
      return 'does not discover at once after a 401';
    this.#renewBy = undefined;
    return this.#urls.length > 0 && !this.#isUnsure
      ? `discovers, and has not tried ${this.#urls.join(', ')}`
      : undefined;
  }

  #take(urls: readonly string[]): void {
    this.#urls = urls;
    this.#isUnsure = this.#hasHung;
  }

  #dial({ link, url, at }: Of<'dial'>): string | undefined {
    this.#dialled.set(link, { url, at, isOpen: false });
    if (this.#isUnsure) return undefined;
    if (this.#renewBy !== undefined || this.#mustWait) return `dials ${url} with a token that was refused`;
    const [first] = this.#urls;
    return url === first ? undefined : `dials ${url}, and it is the turn of ${first ?? 'nobody'}`;
  }

  #open(link: number): void {
    const dial = this.#dialled.get(link);
    if (dial) dial.isOpen = true;
    this.#isRenewed = this.#hasHung = false;
  }

  #end({ link, cause, by, at }: Of<'ended'>): void {
    const dial = this.#dialled.get(link);
    if (!dial || dial.isOpen) return;
    if (cause === 'UnauthorizedError') {
      this.#urls = [];
      if (this.#isRenewed) this.#mustWait = true;
      else this.#renewBy = at + atOnce;
      this.#isRenewed = true;
      return;
    }
    if (by === 'network') this.#urls = this.#urls.filter((url) => url !== dial.url);
    // It took too long, or was in the way; a process that is frozen may see only then that the network ended it.
    if (at >= dial.at + this.#connectTimeout) this.#isUnsure = this.#hasHung = true;
  }

  #wait({ cause, attempt }: Of<'state'>): string | undefined {
    if (this.#renewBy !== undefined && !this.#isUnsure) return 'waits after a first 401, and does not discover at once';
    this.#mustWait = false;
    if (cause !== 'UnstableConnectionError') return undefined;
    const [first, ...others] = this.#urls;
    this.#urls = attempt === 1 || first === undefined ? [] : [...others, first];
    return undefined;
  }
}

import type { DiscoveryStep, HttpAnswer } from './unit-faults.js';

/** The answer to a unit that asks where to connect. */
export interface DiscoveryDecision {
  /** 0 to connect, 1 to ask elsewhere, 2 to ask again later, −1 for a unit that may not connect. */
  readonly errorCode: 0 | 1 | 2 | -1;
  /**
   * The URLs to connect to with 0, and those to ask with 1.
   *
   * @defaultValue the endpoint of this server with 0, else none
   */
  readonly connectionInfo?: readonly string[];
  /**
   * The wait before the next request, in milliseconds.
   *
   * @defaultValue null, which leaves that to the unit
   */
  readonly nextRequestDelay?: number | null;
}

/** Dependencies of {@link discoveryAnswers}. */
export interface DiscoveryAnswersOptions {
  /** Returns a bearer token for a unit. */
  readonly issue: (systemId: string) => string;
  /** The URLs of an answer when nothing is wrong. */
  readonly endpoints: () => readonly string[];
  /** The discovery URL of this server. */
  readonly url: () => string;
}

/** A discovery response. */
export interface DiscoveryAnswerBody {
  readonly version: number;
  readonly systemId: string;
  readonly connectionInfo: readonly string[];
  readonly authToken: string;
  readonly errorCode: number;
  readonly nextRequestDelay: number | null;
}

type Step = Exclude<DiscoveryStep, HttpAnswer> | undefined;

/** Makes the response to a unit: the regular one, or the one that a fault asks for. */
export const discoveryAnswers = ({
  issue,
  endpoints,
  url,
}: DiscoveryAnswersOptions): ((systemId: string, decision: DiscoveryDecision, step: Step) => DiscoveryAnswerBody) => {
  let hops = 0;

  const connectionInfoOf = (
    errorCode: number,
    { connectionInfo }: DiscoveryDecision,
    step: Step,
  ): readonly string[] => {
    if (step?.kind === 'redirect') return [`${url()}hops/${++hops}/`];
    const given = step === undefined ? connectionInfo : step.connectionInfo;
    return given ?? (errorCode === 0 ? endpoints() : []);
  };

  return (systemId, decision, step) => {
    const errorCode = step?.kind === 'redirect' ? 1 : step?.kind === 'answer' ? step.errorCode : decision.errorCode;
    const delay = step?.kind === 'answer' ? step.nextRequestDelay : undefined;
    return {
      version: 7,
      systemId,
      connectionInfo: connectionInfoOf(errorCode, decision, step),
      authToken: errorCode === 0 ? issue(systemId) : '',
      errorCode,
      nextRequestDelay: delay === undefined ? (decision.nextRequestDelay ?? null) : delay,
    };
  };
};

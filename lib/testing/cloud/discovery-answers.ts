import type { DiscoveryStep, FaultPlan, HttpAnswer } from './fault-plan.js';

/** Dependencies of `discoveryAnswers`. */
export interface DiscoveryAnswersOptions {
  readonly plan: FaultPlan;
  readonly validate: (systemId: string) => boolean;
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

/** Makes the response to a unit: the proper one, or the one that a step of the plan asks for. */
export const discoveryAnswers = ({
  plan,
  validate,
  endpoints,
  url,
}: DiscoveryAnswersOptions): ((
  systemId: string,
  step: Exclude<DiscoveryStep, HttpAnswer> | undefined,
) => DiscoveryAnswerBody) => {
  let hops = 0;

  const errorCodeOf = (systemId: string, step: DiscoveryStep | undefined): number => {
    if (step?.kind === 'redirect') return 1;
    if (step?.kind === 'answer') return step.errorCode;
    return validate(systemId) ? 0 : -1;
  };

  const connectionInfoOf = (errorCode: number, step: DiscoveryStep | undefined): readonly string[] => {
    if (step?.kind === 'redirect') return [`${url()}hops/${++hops}/`];
    const answered = step?.kind === 'answer' ? step.connectionInfo : undefined;
    return answered ?? (errorCode === 0 ? endpoints() : []);
  };

  return (systemId, step) => {
    const errorCode = errorCodeOf(systemId, step);
    const delay = step?.kind === 'answer' ? step.nextRequestDelay : undefined;
    return {
      version: 7,
      systemId,
      connectionInfo: connectionInfoOf(errorCode, step),
      authToken: errorCode === 0 ? plan.token : '',
      errorCode,
      nextRequestDelay: delay === undefined ? plan.nextRequestDelay : delay,
    };
  };
};

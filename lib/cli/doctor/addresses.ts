import { diagnoseTcp, type Diagnosis } from './diagnosis.js';
import { take, type DoctorTools } from './step.js';

/** The address of a host that could be reached, and why those before it could not; `took` in milliseconds. */
export interface Tried {
  readonly address?: string;
  readonly took: number;
  readonly failures: readonly (Diagnosis & { readonly address: string })[];
}

/** Tries the addresses of a host in turn, to the first that takes a TCP connection. */
export const firstWorking = async (
  addresses: readonly string[],
  port: number,
  url: string,
  tools: DoctorTools,
): Promise<Tried> => {
  const failures: Tried['failures'][number][] = [];
  let took = 0;
  for (const address of addresses) {
    const outcome = await take(tools.probes.tcp(address, port), url, tools);
    took += outcome.took;
    if (!('error' in outcome)) return { address, took, failures };
    failures.push({ ...diagnoseTcp(outcome.error), address });
  }
  return { took, failures };
};

/** What a unit of the example has. */
export const capacity = { dmips: 10_000, ram: 4_294_967_296 } as const;

/** What a unit uses, as parts of what it has. */
export interface Load {
  readonly cpu: number;
  readonly ram: number;
}

const within = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value));

/** A load that goes up and down as one of a machine does: a slow wave, jobs that come and go, and noise. */
export const createLoad = (index: number): ((at: number) => Load) => {
  const period = 70_000 + index * 7000;
  const rest = 0.18 + (index % 5) * 0.07;
  let cpu = rest;
  let ram = 0.3 + (index % 4) * 0.1;
  let job = 0;
  let jobLeft = 0;
  return (at) => {
    if (jobLeft-- <= 0) {
      job = Math.random() < 0.3 ? 0.2 + Math.random() * 0.5 : 0;
      jobLeft = 10 + Math.random() * 40;
    }
    const wave = 0.1 * Math.sin((2 * Math.PI * at) / period + index);
    cpu += (rest + wave + job - cpu) * 0.18 + (Math.random() - 0.5) * 0.045;
    ram += (0.3 + (index % 4) * 0.1 + job * 0.35 - ram) * 0.03 + (Math.random() - 0.5) * 0.006;
    cpu = within(0.02, cpu, 0.99);
    ram = within(0.1, ram, 0.95);
    return { cpu, ram };
  };
};

/** Whether all that can be tried is tried, however long that takes: `FULL=1 npm run test:faults`. */
export const full: boolean = process.env['FULL'] === '1';

/** The numbers from 1 to `last`: all where they are few enough or `full` is set, else evenly spread ones from a random one on. */
export const someUpTo = (last: number, most: number, what: string): number[] => {
  const step = full ? 1 : Math.max(1, Math.ceil(last / most));
  const from = 1 + Math.floor(Math.random() * step);
  const numbers = Array.from({ length: Math.floor((last - from) / step) + 1 }, (_, at) => from + at * step);
  console.log(
    `      ${what}: ${step === 1 ? 'each' : `one in ${step} from ${from} on`} of ${last}, ${numbers.length} in all`,
  );
  return numbers;
};

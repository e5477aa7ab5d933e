/** A seed whose run is repeated before others. */
export interface Kept {
  readonly seed: number;
  /** The fault of the unit or of a monitor that it showed, or the code that few other runs execute. */
  readonly why: string;
}

/** Runs that once broke a promise. */
const broke: readonly Kept[] = [
  { seed: 33_772, why: 'a cloud that reads slowly begins the ack timeouts again' },
  { seed: 201_605, why: 'a suspect was acknowledged late, and its lane waited on' },
  { seed: 213_722, why: 'a message that was sent again counted as sent alone' },
  { seed: 226_296, why: 'a message that was sent again counted as sent alone, on a link that ended much later' },
  { seed: 222_862, why: 'a link that a restart took ended a little after the healing' },
  { seed: 228_318, why: 'a link that a restart took ended after the healing, under a suspicion' },
  { seed: 301_272, why: 'links ended later and later on a message, which cost it a fifth transmission' },
  { seed: 404_198, why: 'the wait of a nack ended while its process stood still' },
  { seed: 50_035_097, why: 'the last handler of a message ended while too much lay unsent for its ack' },
  { seed: 20_000_882, why: 'a message that came while its unit was stopped was taken for one that lacks its ack' },
  { seed: 20_261_130_048_383, why: 'bytes left after the last ping, which gave a silent link more time' },
  { seed: 28_670_077_799_380, why: 'bytes left after the ping of a link that was dead, shortly before the healing' },
];

/** Runs that execute code that fewer than one in 300 do, of those from seed 5,000,000 on (`npm run simulate:reach`). */
const rare: readonly Kept[] = [
  { seed: 5_000_039, why: 'a suspect is sent alone once its links are answered' },
  { seed: 5_000_109, why: 'a discovery that the cloud refuses' },
  { seed: 5_000_162, why: 'so many txns that the oldest are forgotten' },
  { seed: 5_000_583, why: 'a wait that the cloud asks for, with the backoff of a fleet' },
  { seed: 5_000_707, why: 'an ack is overdue while bytes still leave, and its time begins again' },
  { seed: 5_000_912, why: 'a discovery that is redirected' },
  { seed: 5_001_441, why: 'a link is asked about a message, and the times pause meanwhile' },
];

/** The runs that `npm run simulate` repeats before it makes new ones. */
export const corpus: readonly Kept[] = [...broke, ...rare];

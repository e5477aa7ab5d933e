import { topicOf } from './cases.js';
import { measurePages } from './pages.js';
import { benchAckedBy } from './units.js';

const upTo = (most: number): readonly number[] => [1, 10, 100, 1000, 10_000].filter((count) => count <= most);

const countOf = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

/** Measures what one delivery, update or message costs as connections and subscriptions become more. */
export const benchGrowth = async (most: number, seconds: number): Promise<void> => {
  for (const pages of upTo(most)) {
    const perSecond = Math.max(2, Math.min(500, 10_000 / pages));
    const watched = () => [{ topic: 'units', params: {} }];
    const { each } = await measurePages('same', { pages, perSecond, watched }, seconds);
    const share = ((each * 1000) / pages).toFixed(1);
    console.log(`${countOf(pages, 'page')} on one topic: ${share} µs of CPU a delivery`);
  }
  for (const count of upTo(1000)) {
    const topics = Array.from({ length: count }, (_, n) => ({ topic: topicOf(n), params: {} }));
    const load = { pages: 1, perSecond: 1000, watched: () => topics };
    const { each } = await measurePages('topics', load, seconds);
    console.log(`a page with ${countOf(count, 'subscription')}: ${(each * 1000).toFixed(0)} µs of CPU an update`);
  }
  await benchAckedBy(upTo(most), seconds * 500, (units, cpu) => {
    console.log(
      `${countOf(units, 'unit')} over TLS, log in memory: ${cpu.toFixed(0)} µs of CPU an acknowledged message`,
    );
  });
};

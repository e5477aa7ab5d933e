import { expect } from 'chai';
import { timelinePage } from '../../lib/scenario/timeline-page.js';

const events = [
  { at: 0, text: 'unit discovering' },
  { at: 4, text: 'unit connected', detail: 'wss://<cloud>/' },
  { at: 4, text: 'app told connected' },
  { at: 10, text: 'message report queued' },
  { at: 10, text: 'message report sent 1' },
  { at: 12, text: 'cloud got report' },
  { at: 13, text: 'message report acknowledged 1' },
  { at: 5000, text: 'unit waiting 1 0ms ConnectionLostError' },
];

describe('timelinePage', () => {
  it('stands alone: it names no other place to get something from', () => {
    const page = timelinePage([{ title: 'one', failures: [], events }]);
    expect(page).not.to.match(/https?:|\b(src|href)="(?!#)|@import|url\(/);
  });

  it('shows the states of the connection and each message from queued to acknowledged, with details to hover over', () => {
    const page = timelinePage([{ title: 'one', failures: [], events }]);
    for (const kind of ['discovering', 'connected', 'waiting', 'queued', 'sent'])
      expect(page).to.contain(`class="span ${kind}"`);
    expect(page).to.contain('class="dot acknowledged"');
    expect(page).to.contain('<title>4 ms: unit connected\nwss://&#60;cloud&#62;/\nfor 4996 ms</title>');
    expect(page).not.to.contain('<cloud>');
  });

  it('draws sessions that are open at a time one below the other, and no others', () => {
    const of = (times: readonly [text: string, at: number][]) => {
      const sessions = times.map(([text, at]) => ({ at, text: `cloud session ${text}` }));
      const page = timelinePage([{ title: 'one', events: sessions }]);
      return [...page.matchAll(/class="span session" x="[^"]*" y="([^"]*)"/g)].map(([, y]) => Number(y));
    };
    const [first = 0, second = 0, third] = of([
      ['1 opened', 0],
      ['2 opened', 100],
      ['1 closed 1000', 200],
      ['3 opened', 200],
    ]);
    expect(second).to.be.greaterThan(first + 20);
    expect(third).to.equal(first);
  });

  it('says whether it passed, and what was expected', () => {
    expect(timelinePage([{ title: 'one', failures: [], events }])).to.contain('>passed<');
    const failed = timelinePage([{ title: 'one', failures: ['expected "a", saw nothing'], events }]);
    expect(failed).to.contain('>failed<').and.to.contain('expected &#34;a&#34;, saw nothing');
    expect(timelinePage([{ title: 'a log', events }])).not.to.match(/>passed<|>failed</);
  });

  it('has a way to each of several timelines', () => {
    const page = timelinePage([
      { title: 'one', events },
      { title: 'two', events: [] },
    ]);
    expect(page).to.contain('<a href="#story-1">two</a>').and.to.contain('<section id="story-1">');
  });
});

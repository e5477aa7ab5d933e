import { expect } from 'chai';
import { onPage, type VirtualPage } from '../support/virtual-page.js';

const minute = 60_000;

/** How many WebSockets were made in each of the first ten minutes. */
const perMinute = (page: VirtualPage): readonly number[] => {
  const dials = page.servers.flatMap((server) => server.dials);
  return Array.from({ length: 10 }, (_, n) => dials.filter(({ at }) => Math.floor(at / minute) === n).length);
};

const expectPace = (page: VirtualPage, most = 6) => {
  const [first = 0, ...further] = perMinute(page);
  expect(first).to.be.within(2, 12);
  for (const count of further) expect(count).to.be.within(1, most);
};

describe('a dashboard whose links do not last', () => {
  for (const code of [1000, 1001, 1006, 1008, 1012, 1013, 4000])
    onPage(`does not dial in a hot loop where each brings data and ends with ${code}`, (page) => {
      page.show(page.connect(), 'chart');
      while (page.now < 10 * minute) {
        page.pass(100);
        for (const server of page.servers) server.cut(code);
      }
      expectPace(page);
    });

  onPage('does not dial in a hot loop where each lives just long enough to be a success', (page) => {
    page.show(page.connect(), 'chart');
    while (page.now < 10 * minute) {
      page.pass(100);
      for (const server of page.servers)
        for (const { openedAt, end } of server.open) if (page.now - openedAt >= 5100) end(1001);
    }
    expectPace(page, 12);
  });

  onPage('does not go round in circles where each server says goaway at once', (page) => {
    for (const server of page.servers) server.goaway = true;
    page.show(page.connect(), 'chart');
    page.until(10 * minute);
    expectPace(page);
  });

  onPage('does not go round in circles where each server falls silent after its welcome', (page) => {
    for (const server of page.servers) server.heartbeats = server.pongs = false;
    page.show(page.connect(), 'chart');
    page.until(10 * minute);
    expectPace(page);
  });

  onPage('leaves a link that falls silent as soon as it is suspected, however often the network loses one', (page) => {
    page.show(page.connect(), 'chart');
    for (let n = 0; n < 12; n++) {
      page.pass(1600);
      const dials = page.servers.flatMap((server) => server.dials).length;
      for (const server of page.servers) server.silence();
      page.pass(2500);
      expect(page.servers.flatMap((server) => server.dials)).to.have.length(dials + 1);
    }
  });

  onPage('dials at once again after a link that lasted', (page) => {
    page.show(page.connect(), 'chart');
    for (let n = 1; n <= 10; n++) {
      page.until(n * minute);
      for (const server of page.servers) server.cut();
      page.pass(5000);
      expect(page.servers.flatMap(({ open }) => open)).to.have.length(1);
    }
    expect(perMinute(page).slice(1)).to.deep.equal(Array(9).fill(1));
  });
});

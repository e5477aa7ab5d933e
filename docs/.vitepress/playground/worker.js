/** Answers each message, a scenario, with the page of its timeline, or with the mistake in it. */

import { provideGlobals } from './globals.js';

provideGlobals();

globalThis.onmessage = async ({ data: text }) => {
  try {
    const { play } = await import('./play.js'); // once the globals are there
    globalThis.postMessage({ page: await play(text) });
  } catch ({ message }) {
    globalThis.postMessage({ mistake: message });
  }
};

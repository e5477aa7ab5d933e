import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Sends a question to a process, and settles with its next message; rejects if it ends instead. */
export const ask = async <T>(child: ChildProcess, question: object): Promise<T> => {
  const answered = answerOf<T>(child);
  child.send(question);
  return answered;
};

/** Settles with the next message of a process; rejects if it ends instead. */
export const answerOf = async <T>(child: ChildProcess): Promise<T> => {
  const ended = new AbortController();
  const { signal } = ended;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}`);
  });
  gone.catch(() => undefined);
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal }), gone])) as [T];
    return answer;
  } finally {
    ended.abort();
  }
};

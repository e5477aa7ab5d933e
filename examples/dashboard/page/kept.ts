import { BehaviorSubject } from 'rxjs';

const read = (name: string): unknown => {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? 'null');
  } catch {
    return null; // no storage, or not ours: the page does without
  }
};

const write = (name: string, value: unknown): void => {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: what was chosen lasts as long as the page.
  }
};

/** What a person has chosen; it survives a reload where the browser lets it. */
export const kept = <T extends object>(name: string, first: T): BehaviorSubject<T> => {
  const choice$ = new BehaviorSubject<T>({ ...first, ...(read(name) as Partial<T> | null) });
  choice$.subscribe({
    next: (choice) => {
      write(name, choice);
    },
    error: console.error,
  });
  return choice$;
};

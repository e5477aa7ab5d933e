import { expect } from 'chai';
import { Subject } from 'rxjs';
import { admission } from '../../../lib/cli/io/admission.js';

describe('admission', () => {
  it('lets one value pass at a time, in their order, and is idle once all have', async () => {
    const admitted: (() => void)[] = [];
    const { oneByOne, idle } = admission<string>(() => new Promise<void>((resolve) => admitted.push(resolve)));
    const value$ = new Subject<string>();
    const seen: string[] = [];
    value$
      .pipe(oneByOne)
      .subscribe({ next: (value) => seen.push(value), error: (error: unknown) => expect.fail(String(error)) });
    let isIdle = false;
    value$.next('a');
    value$.next('b');
    const idled = idle().then(() => (isIdle = true));
    await Promise.resolve();
    expect(admitted).to.have.lengthOf(1);
    admitted.shift()?.();
    while (admitted.length === 0) await Promise.resolve();
    expect({ seen, isIdle }).to.deep.equal({ seen: ['a'], isIdle: false });
    admitted.shift()?.();
    await idled;
    expect(seen).to.deep.equal(['a', 'b']);
  });
});

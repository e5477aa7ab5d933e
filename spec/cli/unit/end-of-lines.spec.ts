import { expect } from 'chai';
import { EMPTY, NEVER, of, type Observable } from 'rxjs';
import { endOfLines } from '../../../lib/cli/unit/end-of-lines.js';
import type { DeliveryEvent, RejectedEvent } from '../../../lib/cli/unit/events.js';

const delivery = (status: DeliveryEvent['status']): DeliveryEvent => ({
  ...{ event: 'delivery', txn: 't', messageType: 'alerts', status, attempt: 1 },
});
const rejected: RejectedEvent = { event: 'rejected', source: 'stdin', reason: 'not JSON', line: 1 };

const codes = (event$: Observable<DeliveryEvent | RejectedEvent>, exitAtEof = false, keepRunning = false): number[] => {
  const seen: number[] = [];
  endOfLines(event$, { exitAtEof, keepRunning }).subscribe({
    next: (code) => seen.push(code),
    error: (error: unknown) => expect.fail(String(error)),
  });
  return seen;
};

describe('endOfLines', () => {
  it('is 0 where each message was delivered', () => {
    expect(codes(of(delivery('queued'), delivery('sent'), delivery('acknowledged')))).to.deep.equal([0]);
  });

  it('is 1 where a line was rejected, or a message dropped', () => {
    expect(codes(of(rejected, delivery('acknowledged')))).to.deep.equal([1]);
    expect(codes(of(delivery('dropped'), delivery('acknowledged')))).to.deep.equal([1]);
  });

  it('does not come for a stdin that has had nothing, as that of a service, unless it is asked for', () => {
    expect(codes(EMPTY)).to.deep.equal([]);
    expect(codes(EMPTY, true)).to.deep.equal([0]);
  });

  it('does not come before the end, nor where the unit keeps running', () => {
    expect(codes(NEVER)).to.deep.equal([]);
    expect(codes(of(delivery('acknowledged')), false, true)).to.deep.equal([]);
  });
});

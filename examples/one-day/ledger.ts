import type { Delivery } from 'unitlink';
import type { Cloud } from 'unitlink/testing';

/** The ledger of a day: the messages that the unit accepted on one side, those that the cloud received on the other. */
export interface Ledger {
  /** Enters a message that was accepted; returns its name in the timeline. */
  readonly enter: (delivery: Delivery) => string;
  /** The name of a message by its txn. */
  readonly nameOf: (txn: string) => string;
  readonly balance: () => Balance;
}

/** The balance of the ledger. */
export interface Balance {
  /** Messages that `send` accepted. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Transmissions beyond the first of each message. */
  readonly resent: number;
  /** Accepted messages that the cloud never received, or that were never reported as acknowledged. */
  readonly lost: readonly string[];
}

interface Entry {
  readonly name: string;
  attempt: number;
  isAcknowledged: boolean;
}

/** Keeps both sides apart: what the cloud received is taken from the cloud, not from what the unit says. */
export const openLedger = (cloud: Pick<Cloud, 'message$'>, fail: (error: unknown) => void): Ledger => {
  const entries = new Map<string, Entry>();
  const received = new Set<string>();
  cloud.message$.subscribe({ next: ({ header }) => received.add(header.txn), error: fail });

  return {
    enter: ({ txn, messageType, status$ }) => {
      const entry: Entry = { name: `${messageType} ${entries.size + 1}`, attempt: 0, isAcknowledged: false };
      entries.set(txn, entry);
      status$.subscribe({
        next: ({ status, attempt }) => {
          entry.attempt = attempt;
          entry.isAcknowledged = status === 'acknowledged';
        },
        error: fail,
      });
      return entry.name;
    },
    nameOf: (txn) => entries.get(txn)?.name ?? 'a message of unknown txn',
    balance: () => {
      const all = [...entries];
      return {
        sent: all.length,
        acknowledged: all.filter(([, { isAcknowledged }]) => isAcknowledged).length,
        resent: all.reduce((sum, [, { attempt }]) => sum + Math.max(attempt - 1, 0), 0),
        lost: all
          .filter(([txn, { isAcknowledged }]) => !isAcknowledged || !received.has(txn))
          .map(([, { name }]) => name),
      };
    },
  };
};

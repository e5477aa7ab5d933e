import type { CloudActionTable, CloudStage } from './cloud-action-table.js';

/** The actions that send messages and pings. */
export type MessageAction = 'send' | 'sendFrame' | 'ping' | 'renewCertificates';

/** Returns the actions that send messages and pings. */
export const messageActions = (stage: CloudStage): CloudActionTable<MessageAction> => {
  const { world, newTxn, onFailure } = stage;
  const { cloud } = world;
  return {
    send: (data, { as = data.messageType }) => {
      cloud.send(data, { txn: newTxn(as) });
    },
    sendFrame: (text) => {
      cloud.sendFrame(text);
    },
    ping: (count) => {
      cloud.ping(count);
    },
    renewCertificates: (options) => {
      // Settles only when the unit has confirmed, which other steps may delay.
      cloud.renewCertificates(options).catch(onFailure);
    },
  };
};

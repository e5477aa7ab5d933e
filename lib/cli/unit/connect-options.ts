import { OptionError, StoreError } from '../../errors.js';
import { describeError } from '../../observability/describe-error.js';
import { fileMessageLog, type FileMessageLog } from '../../observability/file-message-log.js';
import type { Log } from '../../observability/log.js';
import { cloudMessageTypes } from '../../protocol/message-types.js';
import { fileStore } from '../../store/file-store.js';
import type { Store, StoredMessage } from '../../store/types.js';
import type { UnitOptions } from '../../unit/options.js';
import { hangUps } from '../io/signals.js';
import { UsageError } from '../options/usage-error.js';
import { identityOptions, type IdentityOptions } from './identity-options.js';
import type { UnitSettings } from './options.js';
import { tuningOf } from './tuning-options.js';

/**
 * The options of `connectUnit` for these settings, with the store and the message log opened.
 *
 * @throws UsageError where one of them cannot be used
 */
export const connectOptions = async (settings: UnitSettings, log: Log): Promise<UnitOptions & IdentityOptions> => {
  const { systemId, discoveryUrl, overrideDiscoveryUrl, allowInsecure } = settings;
  const { backoff, ackTimeout, maxRetries, connectTimeout, makeBeforeBreak } = settings;
  const where = { discoveryUrl, overrideDiscoveryUrl, allowInsecure };
  const how = { backoff, ackTimeout, maxRetries, connectTimeout, makeBeforeBreak };
  const store = settings.store === undefined ? {} : { store: await usableStore(settings.store) };
  const messageLog =
    settings.messageLog === undefined ? {} : { messageLog: await usableMessageLog(settings.messageLog, log) };
  const kept = { ...store, ...messageLog };
  // A handler writes to stdout, in the order of its type, as soon as that is read.
  const handlers = { concurrency: cloudMessageTypes.length, handlerTimeout: Infinity };
  return {
    systemId,
    ...(await identityOptions(settings, hangUps(), log)),
    ...where,
    ...how,
    ...tuningOf(settings),
    ...kept,
    ...handlers,
    autoStart: false,
  };
};

/** Ends at once rather than run without the store that was requested; a temporary failure is reported in the state. */
const usableStore = async (path: string): Promise<Store> => {
  try {
    const store = fileStore(path);
    let opened: readonly StoredMessage[] | undefined = await store.open();
    const open = () => {
      const messages = opened;
      opened = undefined;
      return messages ? Promise.resolve(messages) : store.open();
    };
    return { ...store, open };
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message.replace('option "store"', 'option --store'));
    if (error instanceof StoreError && error.code === 'LOCKED')
      throw new UsageError(`option --store cannot be used: ${error.message}`);
    return fileStore(path);
  }
};

/** Likewise for the message log; should it fail later, the unit goes on without it. */
const usableMessageLog = async (path: string, log: Log): Promise<FileMessageLog> => {
  const messageLog = fileMessageLog(path, {
    onFailure: ({ message }) => {
      log('warn', message);
    },
  });
  try {
    await messageLog.open();
  } catch (error) {
    throw new UsageError(`option --message-log cannot be used: ${describeError(error).message}`);
  }
  return messageLog;
};

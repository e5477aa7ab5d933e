import { fileMessageLog } from '../../lib/observability/file-message-log.js';

/** Logs frames one by one to the path given, where the system takes no more than so much. */
const [, , path = ''] = process.argv;
const log = fileMessageLog(path, {
  onFailure: ({ code }) => {
    console.log(code);
  },
});
for (let n = 0; n < 20; n++) {
  log.write('TX', JSON.stringify({ header: { txn: `${n}`, systemId: 'x'.repeat(100) } }));
  await log.close();
}

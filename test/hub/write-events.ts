/** A process that writes to the store: `tsx write-events.ts <database> <run> <how many>`. */
import { openSqliteStore } from '../../hub/store/sqlite.js';

const [path = '', run = '', count = '0'] = process.argv.slice(2);
const store = await openSqliteStore(path);
for (let index = 0; index < Number(count); index += 1) {
  const waitingFor = `${process.pid}: ${index}`;
  await store.runs.record({ run, state: 'running', codes: [], waitingFor });
}
await store.close();

/* How long a fresh process takes to open the store in its first argument, in milliseconds: told to the parent. */
import { open } from 'stepwell';

const started = performance.now();
const { store, ...rest } = await open(process.argv[2]);
const took = performance.now() - started;
const lines = await store.withSnapshot(async ({ view }) => (await view.logs.info('tail-0'))?.lines);
const records = await store.withSnapshot(({ view }) => view.records.count('execution'));
process.send({ took, lines, records });
await (rest.close?.() ?? store.close());

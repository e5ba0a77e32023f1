/*
 * A program that dies at work: opens the store in its first argument, writes what a parent tells it, and is killed by
 * its own signal as soon as all of that is acknowledged; nothing is closed.
 */
import { appendLines, open, putExecution } from 'stepwell';
import { logLine } from './log-lines.mjs';
import { execution } from './workload.mjs';

const [directory, bytes, record] = process.argv.slice(2);
const { store } = await open(directory);
const line = logLine(0);
let left = Number(bytes);
for (let n = 0; left > 0; n += 1) {
  const lines = Array.from({ length: 1_000 }, (_, k) => logLine(1_000 * n + k));
  await store.write([appendLines(`tail-${n % 10}`, lines)]);
  left -= 1_000 * line.length;
}
await store.write([putExecution(execution(Number(record)))]);
process.kill(process.pid, 'SIGKILL');

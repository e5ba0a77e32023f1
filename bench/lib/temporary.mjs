import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where this run keeps its files: `npm run bench` makes it and removes it, whatever happens to a benchmark. */
export const workspace = process.env.STEPWELL_BENCH_WORKSPACE ?? tmpdir();

/** A new directory; whoever asks removes it. */
export async function temporaryDirectory() {
  return await mkdtemp(join(workspace, 'stepwell-bench-'));
}

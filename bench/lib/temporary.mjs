import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new directory; whoever asks removes it. */
export async function temporaryDirectory() {
  return await mkdtemp(join(tmpdir(), 'stepwell-bench-'));
}

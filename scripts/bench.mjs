// `npm run bench -- [name…] [--quick]`: the benchmarks, on a build of what is here now.

import './lib/require-node.mjs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { passThrough } from './lib/pass-through.mjs';
import { root } from './lib/paths.mjs';

try {
  await ensureInstalled();
  await ensureBuilt();
  const args = [join(root, 'bench/run.mjs'), ...process.argv.slice(2)];
  process.exitCode = await passThrough(process.execPath, args, { cwd: root });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

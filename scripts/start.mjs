// `npm start`: from a clean checkout to a recorded run in one command.
// `npm start -- <arguments>`: the built `stepwell` command itself, its streams and exit code untouched.

import './lib/require-node.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { passThrough } from './lib/pass-through.mjs';
import { cli } from './lib/paths.mjs';
import { tour } from './lib/tour.mjs';

const args = process.argv.slice(2);

try {
  await ensureInstalled();
  await ensureBuilt();
  // npm changes to the root of the checkout; paths that someone types are meant from where they stand.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  process.exitCode =
    args.length > 0 ? await passThrough(process.execPath, [cli, ...args], { cwd }) : await tour();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

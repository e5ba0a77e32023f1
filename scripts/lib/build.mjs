import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cli, root } from './paths.mjs';
import { pnpm } from './pnpm.mjs';
import { progress } from './progress.mjs';
import { clearStamp, fingerprint, readStamp, writeStamp } from './stamp.mjs';
import { walk } from './walk.mjs';

const stamp = 'built';

/**
 * Builds what the `stepwell` command needs, and nothing else. Turbo would skip what is up to date by itself, but
 * starting it takes two seconds; reading the sources takes some milliseconds.
 */
export async function ensureBuilt() {
  if (readStamp(stamp) === buildFingerprint()) return;

  clearStamp(stamp);
  const shown = progress('Building');
  const result = await pnpm([
    'exec',
    'turbo',
    'run',
    'build',
    '--filter=@stepwell/cli',
    '--output-logs=errors-only',
  ]);
  shown.stop();
  if (result.code !== 0) throw new Error(`${result.output}\nThe build failed; the output above says why.`);
  writeStamp(stamp, buildFingerprint());
}

/** Sources that go in and, by their times, the files that came out: whichever changes, turbo is asked again. */
function buildFingerprint() {
  const inputs = ['packages', 'apps']
    .flatMap((group) => walk(join(root, group)))
    .filter((path) => !/\.(test\.ts|md)$|[\\/]fixtures[\\/]/.test(path));
  const shared = ['pnpm-lock.yaml', 'tsconfig.base.json', 'tsdown.config.ts', 'turbo.json'];
  const files = [...inputs, ...shared.map((name) => join(root, name))];
  const outputs = files
    .filter((path) => path.endsWith('package.json'))
    .map((path) => builtAt(join(path, '../dist')));
  return fingerprint(files, existsSync(cli), ...outputs);
}

function builtAt(dist) {
  return existsSync(dist) ? statSync(dist).mtimeMs : 0;
}

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { capture } from './capture.mjs';
import { root } from './paths.mjs';

/**
 * Runs pnpm without asking anyone to install it: npm, which came with Node, fetches the exact version that
 * package.json names. npm's own script is started with this Node, which avoids `npx.cmd` on Windows.
 */
export function pnpm(args, options = {}) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return capture(process.execPath, [npmScript(), 'exec', '--yes', '--', packageManager, ...args], {
    cwd: root,
    ...options,
    env: { ...quiet, ...options.env },
  });
}

/** No notices about new versions, nothing sent home. */
const quiet = {
  // Under `npm start --silent` this would silence pnpm too, and with it the reason of a failure.
  npm_config_loglevel: undefined,
  npm_config_update_notifier: 'false',
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
};

function npmScript() {
  // Under `pnpm start` or `yarn start` this variable names those programs, which know no `exec --yes`.
  const fromEnvironment = process.env.npm_execpath;
  if (fromEnvironment && basename(fromEnvironment) === 'npm-cli.js') return fromEnvironment;

  const beside = dirname(process.execPath);
  const candidates = [
    join(beside, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(beside, 'node_modules/npm/bin/npm-cli.js'), // Windows
    '/usr/share/nodejs/npm/bin/npm-cli.js', // Debian's own package
  ];
  const found = candidates.find((path) => existsSync(path));
  if (!found)
    throw new Error('npm was not found beside Node. Start this through npm: `npm start` or `npm test`.');
  return found;
}

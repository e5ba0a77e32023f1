import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { show, walk } from './walk.mjs';

/** What stores, logs and interrupted writes leave behind. None of it is ever part of the sources. */
const ours = /(\.(db|db-wal|db-shm|db-journal|seg|tmp|lock)|^core\.\d+)$/;
const lockFiles = new Set(['pnpm-lock.yaml']);

/** What Node and its tools keep in a temp directory for the next time. */
const caches = new Set(['node-compile-cache', 'node-jiti', 'jiti']);

/** Data files in the tree; fixtures are sources, and are told apart by their directory's name. */
export function filesLeftInTree(base) {
  return walk(base)
    .map((path) => show(base, path))
    .filter((path) => !path.split('/').includes('fixtures'))
    .filter((path) => ours.test(path.split('/').at(-1)) && !lockFiles.has(path));
}

/** Everything in a temp directory that was empty before the run. */
export function filesLeftInTemp(directory) {
  return readdirSync(directory)
    .filter((name) => !caches.has(name))
    .map((name) => join(directory, name));
}

/** Git's list of changed and untracked files, or undefined where this is no git checkout. */
export function treeStatus(base) {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    cwd: base,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.split('\n').filter(Boolean) : undefined;
}

/**
 * Processes that were started by the run and are still there: each inherited `mark` in its environment, whoever its
 * parent is by now. Only Linux tells; elsewhere nothing is found.
 */
export function processesLeft(mark) {
  const ids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return ids
    .filter((id) => Number(id) !== process.pid && read(`/proc/${id}/environ`).split('\0').includes(mark))
    .map((id) => `${id} ${read(`/proc/${id}/cmdline`).replaceAll('\0', ' ').trim()}`);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Gone meanwhile, or someone else's.
  }
}

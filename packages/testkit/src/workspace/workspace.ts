import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fromSystemError, StoreError } from '@stepwell/core';

/** A private directory for one test, removed when it is disposed of. */
export interface Workspace extends AsyncDisposable {
  /** Absolute path of the directory. */
  readonly path: string;
  /**
   * A path inside the workspace. Purely lexical: it follows no link and creates nothing.
   * @throws `INVALID_ARGUMENT` when the parts lead out of it
   */
  within(...parts: string[]): string;
}

/**
 * Makes a directory `stepwell-<prefix>-XXXXXX` under the temp root of the system, open to this user alone (SD-08).
 *
 * Disposing removes it. A removal that fails is an error that lists what is left: a file that cannot go is mostly a
 * handle that somebody forgot. `KEEP_TMP=1` in the environment keeps the directory and says where it is.
 *
 * @param prefix letters, digits, `_` and `-`; anything else is dropped, capitals are lowered
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { makeWorkspace } from '@stepwell/testkit';
 *
 * const workspace = await makeWorkspace('readme');
 * try {
 *   await writeFile(workspace.within('note.txt'), 'gone in a moment');
 * } finally {
 *   await workspace[Symbol.asyncDispose]();
 * }
 * ```
 */
export async function makeWorkspace(prefix: string): Promise<Workspace> {
  const kept = prefix.toLowerCase().replace(/[^a-z0-9_-]/g, '') || 'test';
  const path = await mkdtemp(join(tmpdir(), `stepwell-${kept}-`));
  return {
    path,
    within: (...parts) => within(path, parts),
    [Symbol.asyncDispose]: async () => await discard(path),
  };
}

function within(root: string, parts: readonly string[]): string {
  const path = resolve(root, ...parts);
  const inside = relative(root, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new StoreError('INVALID_ARGUMENT', `${join(...parts)} leads out of the workspace`);
  }
  return path;
}

async function discard(path: string): Promise<void> {
  if (process.env.KEEP_TMP === '1') {
    process.stderr.write(`workspace kept: ${path}\n`);
    return;
  }
  try {
    // `force` makes a second disposal harmless. No retries: they would hide the handle that is still open.
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const left = await readdir(path, { recursive: true }).catch(() => ['(cannot be listed)']);
    throw fromSystemError(error, `the workspace ${path} cannot be removed; left in it: ${left.join(', ')}`);
  }
}

import { join } from 'node:path';
import { StoreError } from '@stepwell/core';

/**
 * What a lock named `writer` leaves in its directory:
 *
 * ```text
 * <directory>/
 *   writer.lock              the lock: an empty SQLite database; whoever has it locked holds it
 *   writer.lock.next         the turnstile: the same, locked by the waiter whose turn is next (once somebody had to wait)
 *   writer.holder.json       who holds it exclusively, for messages; deleted on release
 *   writer.holder.json.tmp   the same while it is being written
 * ```
 *
 * `.lock` and `.lock.next` are never opened by `node:fs`: the kernel drops every lock that a process has on a file as
 * soon as the process closes any descriptor of it. They are only looked at and deleted by path.
 */
export interface LockFiles {
  readonly lock: string;
  readonly turnstile: string;
  readonly holder: string;
  readonly holderDraft: string;
}

const LOCK_SUFFIX = '.lock';
const NAME = /^(?!\.)[A-Za-z0-9._-]{1,128}$/;

/** The files of the lock `name`. @throws `INVALID_ARGUMENT` for a name that is not safe in every file system. */
export function lockFiles(directory: string, name: string): LockFiles {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(name)} cannot name a lock: 1 to 128 letters, digits, ".", "_" or "-", not starting with "."`,
      { details: { name } },
    );
  }
  const holder = join(directory, `${name}.holder.json`);
  const lock = join(directory, `${name}${LOCK_SUFFIX}`);
  return { lock, turnstile: `${lock}.next`, holder, holderDraft: `${holder}.tmp` };
}

/** The name of the lock that `file` is, or undefined for a file that is not a lock. */
export function nameOfLockFile(file: string): string | undefined {
  if (!file.endsWith(LOCK_SUFFIX)) return undefined;
  const name = file.slice(0, -LOCK_SUFFIX.length);
  return NAME.test(name) ? name : undefined;
}

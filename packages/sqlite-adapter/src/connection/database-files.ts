import { statSync } from 'node:fs';
import { StoreError } from '@stepwell/core';

/*
 * What can be known of a database's files by their names. Opening one here, to look into it, would drop SQLite's locks.
 */

/** Bytes of a file; `undefined` when it is absent. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Which file a path leads to. While it is open, no other file gets its inode. */
interface Identity {
  readonly inode: number;
  readonly device: number;
}

function identify(path: string): Identity | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && { inode: stats.ino, device: stats.dev };
}

/** @throws `POISONED` when `path` does not lead to the file that it did */
function check(path: string, known: Identity | undefined): void {
  // Windows has no inodes, and does not let open files be taken away.
  if (known === undefined || known.inode === 0) return;
  let cause: unknown;
  try {
    const found = identify(path);
    if (found?.inode === known.inode && found.device === known.device) return;
  } catch (error) {
    cause = error;
  }
  throw new StoreError(
    'POISONED',
    `${path} was deleted or replaced while it was open: what is written now would be lost; ` +
      'open the store again to go on with what is there',
    { cause, details: { path } },
  );
}

/**
 * The files that a connection has open. The system goes on reading and writing a file that was deleted, or replaced by
 * another of its name: what is written there nobody finds again. SQLite does not look, so we do.
 */
export class DatabaseFiles {
  readonly #path: string;
  readonly #log: string;
  readonly #databaseIs: Identity | undefined;
  readonly #logIs: Identity | undefined;

  /** The files that are at `path` now. The log is there as soon as a writer has begun a transaction. */
  constructor(path: string) {
    this.#path = path;
    this.#log = `${path}-wal`;
    this.#databaseIs = identify(path);
    this.#logIs = identify(this.#log);
  }

  /** @throws `POISONED` when the database is not at its place any more */
  checkDatabase(): void {
    check(this.#path, this.#databaseIs);
  }

  /**
   * For writers, before they acknowledge: two system calls of some 2 µs each (measured).
   * @throws `POISONED` when the database or its log is not at its place any more
   */
  checkAll(): void {
    this.checkDatabase();
    check(this.#log, this.#logIs);
  }
}

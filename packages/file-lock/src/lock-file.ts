import { dirname } from 'node:path';
import { fromSystemError, type LockMode, makeDirectory } from '@stepwell/core';
import Database from 'better-sqlite3';
import { type FileIdentity, identify, isSameFile } from './file-identity.ts';
import { isBusy, sqliteFailure } from './sqlite-failure.ts';

/** `replaced`: the file was deleted since it was opened; its lock means nothing, open the path again. */
export type TakeOutcome = 'taken' | 'busy' | 'replaced';

interface Statements {
  readonly beginExclusive: Database.Statement;
  readonly write: Database.Statement;
  readonly begin: Database.Statement;
  readonly read: Database.Statement;
  readonly rollback: Database.Statement;
}

/**
 * One open lock file. Every call is one short, synchronous step that never waits, so nothing in this process can come
 * between asking and getting.
 *
 * The lock is SQLite's own: `BEGIN EXCLUSIVE`, or `BEGIN` and a read for a shared one. Every transaction is rolled back,
 * so the file stays empty: no crash can tear it, and there is never a journal to recover.
 *
 * SQLite opens a file that it may not write read-only, and then takes `BEGIN EXCLUSIVE` for a plain `BEGIN`, without a word:
 * two processes would both believe that they are alone. Hence the write that follows it, which fails there.
 */
export class LockFile {
  readonly #path: string;
  readonly #database: Database.Database;
  readonly #identity: FileIdentity;
  #statements: Statements | undefined;

  private constructor(path: string, database: Database.Database, identity: FileIdentity) {
    this.#path = path;
    this.#database = database;
    this.#identity = identity;
  }

  /** Opens the file at `path`, making it and its directory where they are missing. */
  static open(path: string): LockFile {
    for (;;) {
      const identity = identify(path);
      if (identity === undefined) makeLockDirectory(dirname(path));
      const database = connect(path, { timeout: 0 });
      if (identity !== undefined) return new LockFile(path, database, identity);
      // Which file this call made is only certain when it was there before the opening: open it once more.
      database.close();
    }
  }

  /** Opens the file at `path` to ask about it; undefined where there is none. Creates nothing. */
  static openExisting(path: string): LockFile | undefined {
    const identity = identify(path);
    if (identity === undefined) return undefined;
    try {
      return new LockFile(path, connect(path, { timeout: 0, readonly: true, fileMustExist: true }), identity);
    } catch (error) {
      if (identify(path) === undefined) return undefined;
      throw error;
    }
  }

  take(mode: LockMode): TakeOutcome {
    try {
      const { beginExclusive, write, begin, read } = this.#prepare();
      if (mode === 'exclusive') {
        beginExclusive.run();
        write.run();
      } else {
        begin.run();
        read.get(); // BEGIN alone locks nothing
      }
      if (isSameFile(this.#identity, identify(this.#path))) return 'taken';
      this.release();
      return 'replaced';
    } catch (error) {
      this.release();
      if (isBusy(error)) return 'busy';
      throw sqliteFailure(error, this.#path);
    }
  }

  release(): void {
    if (this.#database.inTransaction) this.#prepare().rollback.run();
  }

  /** Closes it, releasing what it holds. */
  close(): void {
    this.#database.close();
  }

  #prepare(): Statements {
    if (this.#statements !== undefined) return this.#statements;
    // Not at opening: this reads the file, and so it can find it busy. MEMORY, else BEGIN EXCLUSIVE on an empty file
    // makes a journal file.
    this.#database.pragma('journal_mode = MEMORY');
    this.#statements = {
      beginExclusive: this.#database.prepare('BEGIN EXCLUSIVE'),
      write: this.#database.prepare('PRAGMA user_version = 0'),
      begin: this.#database.prepare('BEGIN'),
      read: this.#database.prepare('PRAGMA user_version'),
      rollback: this.#database.prepare('ROLLBACK'),
    };
    return this.#statements;
  }
}

function connect(path: string, options: Database.Options): Database.Database {
  try {
    return new Database(path, options);
  } catch (error) {
    throw sqliteFailure(error, path);
  }
}

function makeLockDirectory(directory: string): void {
  try {
    makeDirectory(directory);
  } catch (error) {
    throw fromSystemError(error, `cannot create the lock directory ${directory}`);
  }
}

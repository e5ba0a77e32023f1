import type { SqliteDatabase, SqliteStatement, SqlValue } from './sqlite-types.ts';
import { StatementCache } from './statement-cache.ts';

/** One connection to the database, with its compiled statements. Everything on it happens at once, in the caller's turn. */
export class Connection {
  /** The file, for messages. */
  readonly path: string;
  /** Statements whose rows are tuples. */
  readonly tuples: StatementCache;
  /** Statements whose rows are objects. */
  readonly objects: StatementCache;
  readonly #database: SqliteDatabase;
  #isOpen = true;

  constructor(path: string, database: SqliteDatabase) {
    this.path = path;
    this.#database = database;
    this.tuples = new StatementCache(database, { raw: true });
    this.objects = new StatementCache(database, { raw: false });
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Compiles a statement that its user keeps. */
  prepare(sql: string): SqliteStatement {
    return this.#database.prepare(sql);
  }

  /** Gives SQL on this connection a function of ours. It gets integers as `bigint`. */
  define(name: string, call: (...values: SqlValue[]) => SqlValue): void {
    this.#database.function(name, { varargs: true, safeIntegers: true }, call);
  }

  /** Runs one or more statements without results. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Sets or asks a pragma: the single value that it answers with, or `undefined`. */
  pragma(source: string): unknown {
    const statement = this.#database.prepare(`PRAGMA ${source}`);
    if (!statement.reader) {
      statement.run();
      return undefined;
    }
    const row = statement.raw().get() as readonly unknown[] | undefined;
    return row?.[0];
  }

  /** Begins to write. At once: a transaction that reads first and writes later can find that it came too late. */
  begin(): void {
    this.tuples.get('BEGIN IMMEDIATE').run();
  }

  commit(): void {
    this.tuples.get('COMMIT').run();
  }

  /** Ends the transaction, if one is open, without a trace. */
  rollback(): void {
    if (this.#database.inTransaction) this.exec('ROLLBACK');
  }

  /** Idempotent. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#database.close();
  }
}

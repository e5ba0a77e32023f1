import type { Head } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';
import { HeadReader } from '../history/head.ts';

/** Page cache of one connection of very many, in the unit of SQLite: negative is KiB. */
const smallCache = -1024;

/** A connection that freezes one state after the other, with the statements for that kept compiled. */
export class PooledConnection {
  readonly connection: Connection;
  readonly #begin: SqliteStatement;
  readonly #newest: SqliteStatement;
  readonly #end: SqliteStatement;
  readonly #fullCache: number;
  #cache: number;

  constructor(connection: Connection) {
    this.connection = connection;
    this.#begin = connection.prepare('BEGIN');
    this.#newest = HeadReader.prepare(connection);
    this.#end = connection.prepare('COMMIT');
    this.#fullCache = Number(connection.pragma('cache_size'));
    this.#cache = this.#fullCache;
  }

  /** Bounds its page cache, as one of few or of many; before it freezes anything. */
  resize(to: 'full' | 'small'): void {
    // Both are negative: the nearer to 0, the smaller.
    const cache = to === 'full' ? this.#fullCache : Math.max(this.#fullCache, smallCache);
    if (cache === this.#cache) return;
    this.connection.pragma(`cache_size = ${cache}`);
    this.#cache = cache;
  }

  /**
   * Freezes what is committed now. `BEGIN` alone freezes nothing: the first read does, and here it is the head.
   * @throws SQLite's own errors; then the connection is of no use any more
   */
  freeze(heads: HeadReader): Head {
    this.#begin.run();
    return heads.read(this.connection, this.#newest);
  }

  /** Lets the state go. No statement may be running. */
  thaw(): void {
    // SQLite may have ended the transaction by itself, on an error.
    if (this.connection.inTransaction) this.#end.run();
  }

  /** Idempotent; lets go of what is frozen too. */
  close(): void {
    try {
      this.connection.rollback();
    } finally {
      this.connection.close();
    }
  }
}

/** Takes over a connection, and closes it when it is of no use. @throws SQLite's own errors */
export function pooledConnection(connection: Connection): PooledConnection {
  try {
    return new PooledConnection(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

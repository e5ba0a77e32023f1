import type { Head } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { readHead } from '../history/head.ts';

/**
 * One state of the database, held still by a read transaction. All snapshots of one epoch share one: its holders are
 * counted, and with the last of them the transaction ends.
 */
export class FrozenState {
  readonly connection: Connection;
  readonly head: Head;
  /** When it was frozen, milliseconds since the Unix epoch: what a starved checkpoint is blamed on. */
  readonly since: number;
  holders = 1;

  constructor(connection: Connection, head: Head, since: number) {
    this.connection = connection;
    this.head = head;
    this.since = since;
  }
}

/**
 * Freezes what is committed now. `BEGIN` alone freezes nothing: the first read does, and here it is the head.
 * @throws SQLite's own errors; then no transaction is left open
 */
export function freeze(connection: Connection, now: number): FrozenState {
  connection.tuples.get('BEGIN').run();
  try {
    return new FrozenState(connection, readHead(connection), now);
  } catch (error) {
    connection.rollback();
    throw error;
  }
}

import type { Head } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { PooledConnection } from './pooled-connection.ts';

/**
 * One state of the database, held still by a read transaction. All snapshots of one epoch share one: its holders are
 * counted, and with the last of them the transaction ends.
 */
export class FrozenState {
  readonly pooled: PooledConnection;
  readonly head: Head;
  /** When it was frozen, milliseconds since the Unix epoch: what a starved checkpoint is blamed on. */
  readonly since: number;
  holders = 1;

  constructor(pooled: PooledConnection, head: Head, since: number) {
    this.pooled = pooled;
    this.head = head;
    this.since = since;
  }

  get connection(): Connection {
    return this.pooled.connection;
  }
}

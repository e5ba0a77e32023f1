import { type Head, StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { sqliteCodeOf } from '../errors/sqlite-error.ts';
import { HeadReader } from '../history/head.ts';
import { FrozenState } from './frozen-state.ts';
import { type PooledConnection, pooledConnection } from './pooled-connection.ts';

/** Connections without a snapshot that stay open for the next one: opening costs 80 times as much as freezing. */
const spareConnections = 4;
/** So many connections have a page cache of full size. Were it all of them, 600 that read everything took 10 GB. */
const fullCaches = 16;

export interface SnapshotPoolOptions {
  /** Most connections open at one time; each takes two file descriptors and a page cache. */
  readonly limit: number;
  readonly open: () => Connection;
  /** What is committed now. */
  readonly currentHead: () => Head;
  readonly now: () => number;
}

/**
 * S4, S6: read-only connections, each either spare and idle or holding one epoch still. A spare connection is never
 * inside a transaction: it would keep the write-ahead log from shrinking, for nobody.
 */
export class SnapshotPool {
  readonly #options: SnapshotPoolOptions;
  readonly #frozen: Set<FrozenState> = new Set();
  /** The state that was frozen last, as long as it is held: of all it alone can be that of the current epoch. */
  #newest: FrozenState | undefined;
  readonly #spare: PooledConnection[] = [];
  readonly #heads: HeadReader = new HeadReader();

  constructor(options: SnapshotPoolOptions) {
    this.#options = options;
  }

  /**
   * Holds the current state; {@link release} it.
   * @throws `BUSY` when as many epochs are held as connections are allowed; SQLite's own errors
   */
  hold(): FrozenState {
    return this.#share() ?? this.#freeze();
  }

  release(state: FrozenState): void {
    state.holders -= 1;
    if (state.holders > 0 || !this.#frozen.delete(state)) return;
    if (this.#newest === state) this.#newest = undefined;
    const { pooled } = state;
    try {
      pooled.thaw();
      if (this.#spare.length < spareConnections) this.#spare.push(pooled);
      else pooled.close();
    } catch (error) {
      // A connection that cannot end its transaction must not go on holding the state.
      pooled.close();
      throw error;
    }
  }

  get figures(): {
    readonly connections: number;
    readonly epochs: number;
    readonly oldestSince: number | undefined;
  } {
    let oldestSince: number | undefined;
    for (const { since } of this.#frozen) oldestSince = Math.min(oldestSince ?? since, since);
    return { connections: this.#frozen.size + this.#spare.length, epochs: this.#frozen.size, oldestSince };
  }

  close(): void {
    for (const { pooled } of this.#frozen) pooled.close();
    for (const pooled of this.#spare) pooled.close();
    this.#frozen.clear();
    this.#newest = undefined;
    this.#spare.length = 0;
  }

  /** The current state, if it is held already. Whether it is costs a look at the head, which mostly is in the cache. */
  #share(): FrozenState | undefined {
    const newest = this.#newest;
    if (newest === undefined) return undefined;
    const { epoch, lineage } = this.#options.currentHead();
    if (newest.head.epoch !== epoch || newest.head.lineage !== lineage) return undefined;
    newest.holders += 1;
    return newest;
  }

  #freeze(): FrozenState {
    const pooled = this.#take();
    try {
      pooled.resize(this.#frozen.size < fullCaches ? 'full' : 'small');
      const state = new FrozenState(pooled, pooled.freeze(this.#heads), this.#options.now());
      this.#frozen.add(state);
      this.#newest = state;
      return state;
    } catch (error) {
      pooled.close();
      throw this.#explained(error);
    }
  }

  #take(): PooledConnection {
    const spare = this.#spare.pop();
    if (spare !== undefined) return spare;
    const { limit, open } = this.#options;
    if (this.#frozen.size < limit) {
      try {
        return pooledConnection(open());
      } catch (error) {
        throw this.#explained(error);
      }
    }
    throw new StoreError(
      'BUSY',
      `${limit} snapshots of different epochs are open; close some, or allow more connections`,
      { details: { limit } },
    );
  }

  /** SQLite says only that a file cannot be opened; behind many others it is the descriptors that are missing. */
  #explained(error: unknown): unknown {
    const held = this.#frozen.size;
    if (held < fullCaches || sqliteCodeOf(error)?.startsWith('SQLITE_CANTOPEN') !== true) return error;
    return new StoreError(
      'IO',
      `no connection can be opened beside the ${held} that hold snapshots of other epochs: the process may have run out of file descriptors, of which each takes two`,
      { cause: error, details: { connections: held, sqliteCode: sqliteCodeOf(error) } },
    );
  }
}

import type { Head, Pin } from '@stepwell/core';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import type { FrozenState } from './frozen-state.ts';
import type { SnapshotPool } from './snapshot-pool.ts';
import { SnapshotReader } from './snapshot-reader.ts';

/** One snapshot's share of a frozen state. */
export class SnapshotPin<View> implements Pin<View> {
  readonly head: Head;
  readonly #reader: SnapshotReader;
  readonly #makeView: (reader: SnapshotReader) => View;
  readonly #pool: SnapshotPool;
  readonly #onEnd: () => void;
  #state: FrozenState | undefined;
  #view: View | undefined;

  constructor(
    pool: SnapshotPool,
    state: FrozenState,
    makeView: (reader: SnapshotReader) => View,
    onEnd: () => void,
  ) {
    this.#onEnd = onEnd;
    this.#pool = pool;
    this.#state = state;
    this.#reader = new SnapshotReader(state);
    this.head = state.head;
    this.#makeView = makeView;
  }

  /** Made when it is asked for: a query builder of another schema costs more than the rest of the snapshot. */
  get view(): View {
    this.#view ??= this.#makeView(this.#reader);
    return this.#view;
  }

  expire(): void {
    this.#reader.gate.expire();
    this.#letGo();
  }

  async release(): Promise<void> {
    this.#reader.gate.close();
    this.#letGo();
  }

  #letGo(): void {
    const state = this.#state;
    this.#state = undefined;
    if (state === undefined) return;
    try {
      this.#reader.endStreams();
      this.#pool.release(state);
    } catch (error) {
      throw fromSqliteError(error, 'could not release the snapshot', state.connection.path);
    } finally {
      this.#onEnd();
    }
  }
}

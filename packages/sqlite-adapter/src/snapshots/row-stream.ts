import { setImmediate } from 'node:timers/promises';
import { overdueTurn, type ViewGate } from '@stepwell/core';
import type { SqliteStatement } from '../connection/sqlite-types.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';

/** A chunk ends after so many rows … */
const chunkRows = 256;
/** … or so many milliseconds: the event loop breathes between two chunks, and large rows do not pile up (S10). */
const chunkMs = 2;

interface Source<Row> {
  readonly gate: ViewGate;
  readonly path: string;
  /** Takes a statement out of the cache and starts it. */
  readonly open: () => { readonly statement: SqliteStatement; readonly rows: IterableIterator<unknown> };
  readonly decode: (row: unknown) => Row;
  /** Gives the statement back. */
  readonly close: (statement: SqliteStatement) => void;
}

/**
 * Rows of one running statement, decoded chunk by chunk. Nothing runs before the first pull. Written as an iterator by
 * hand, since an async generator, and another one as its guard, cost more per row than SQLite does.
 */
export class RowStream<Row> implements AsyncIterableIterator<Row> {
  readonly #source: Source<Row>;
  #live: { readonly statement: SqliteStatement; readonly rows: IterableIterator<unknown> } | undefined;
  #chunk: Row[] = [];
  #next = 0;
  #state: 'new' | 'running' | 'ended' = 'new';
  /** Pulls that do not wait for each other are answered in turn. */
  #refilling: Promise<unknown> | undefined;

  constructor(source: Source<Row>) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Row, undefined>> {
    for (;;) {
      this.#source.gate.check();
      if (this.#next < this.#chunk.length) {
        const value = this.#chunk[this.#next] as Row;
        this.#next += 1;
        return { done: false, value };
      }
      if (this.#state === 'ended') return { done: true, value: undefined };
      this.#refilling ??= this.#refill().finally(() => {
        this.#refilling = undefined;
      });
      await this.#refilling;
    }
  }

  async return(): Promise<IteratorResult<Row, undefined>> {
    this.end();
    this.#chunk = [];
    return { done: true, value: undefined };
  }

  /** Lets the statement go. What was read already can still be pulled, if the gate is open. */
  end(): void {
    const live = this.#live;
    this.#live = undefined;
    this.#state = 'ended';
    if (live === undefined) return;
    live.rows.return?.();
    this.#source.close(live.statement);
  }

  async #refill(): Promise<void> {
    const { gate, path } = this.#source;
    const turn = this.#state === 'running' ? setImmediate() : overdueTurn();
    if (turn !== undefined) await turn;
    // The view, or the stream, may have ended while the event loop turned.
    if (!gate.isOpen || this.#state === 'ended') return;
    try {
      if (this.#state === 'new') {
        this.#live = this.#source.open();
        this.#state = 'running';
      }
      this.#fill();
    } catch (error) {
      this.end();
      throw fromSqliteError(error, 'could not read the snapshot', path);
    }
  }

  #fill(): void {
    const rows = this.#live?.rows;
    if (rows === undefined) return;
    const { decode } = this.#source;
    const chunk: Row[] = [];
    const deadline = performance.now() + chunkMs;
    do {
      const { done, value } = rows.next();
      if (done === true) {
        this.end();
        break;
      }
      chunk.push(decode(value));
    } while (chunk.length < chunkRows && performance.now() < deadline);
    this.#chunk = chunk;
    this.#next = 0;
  }
}

import {
  type Batch,
  type Capability,
  type CommitMeta,
  type Driver,
  type Epoch,
  type Head,
  type LockProvider,
  type Measure,
  type OpenContext,
  type Pin,
  type Prepared,
  StoreError,
} from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { openReader } from '../connection/open-connection.ts';
import { retryBusy } from '../connection/retry-busy.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import { readExtents } from '../history/extents.ts';
import { readHead } from '../history/head.ts';
import { SnapshotPin } from '../snapshots/snapshot-pin.ts';
import { SnapshotPool } from '../snapshots/snapshot-pool.ts';
import type { SnapshotReader } from '../snapshots/snapshot-reader.ts';
import type { Model } from './model.ts';
import { type DatabaseOptions, openForReading, openForWriting } from './open-database.ts';
import type { ResolvedSettings } from './settings.ts';
import { Writer } from './writer.ts';

export interface SqliteStoreOptions {
  readonly path: string;
  readonly settings: ResolvedSettings;
  readonly locks: LockProvider;
}

/** What is open between `open` and `close`. */
interface OpenState<View, Op> {
  readonly context: OpenContext;
  /** Reads what is committed, outside of any snapshot. */
  readonly control: Connection;
  readonly writer: Writer<View, Op> | undefined;
  readonly pool: SnapshotPool;
  readonly pins: Set<Pin<View>>;
}

/**
 * The driver that both layers of this package are: a {@link Model} says what is stored and how it is seen, everything
 * else is here and below.
 */
export class SqliteStoreDriver<View, Op> implements Driver<View, Op> {
  readonly name = 'sqlite';
  readonly capabilities: ReadonlySet<Capability>;
  readonly locks: LockProvider;
  readonly #model: Model<View, Op>;
  readonly #path: string;
  readonly #settings: ResolvedSettings;
  readonly #database: DatabaseOptions;
  #state: OpenState<View, Op> | undefined;

  constructor(model: Model<View, Op>, options: SqliteStoreOptions) {
    this.#model = model;
    this.#path = options.path;
    this.#settings = options.settings;
    this.locks = options.locks;
    this.capabilities = new Set<Capability>([
      'persistent',
      'power-loss',
      'multi-process',
      'transaction-ids',
      'lead',
    ]);
    this.#database = {
      path: this.#path,
      applicationId: model.applicationId,
      migrations: model.migrations,
      pragmas: { cacheKiB: Math.ceil(options.settings.cacheBytes / 1024) },
      busyWait: options.settings.busyWait,
    };
  }

  async open(context: OpenContext): Promise<Head> {
    const isWriting = context.mode === 'write';
    const control = isWriting ? await openForWriting(this.#database) : await openForReading(this.#database);
    try {
      const writer = isWriting ? this.#makeWriter(control) : undefined;
      this.#state = { context, control, writer, pool: this.#makePool(control, context), pins: new Set() };
      return readHead(control);
    } catch (error) {
      control.close();
      throw fromSqliteError(error, 'could not open the database', this.#path);
    }
  }

  async refresh(): Promise<Head> {
    const { control } = this.#open;
    return await this.#retry('could not read the head', () => readHead(control));
  }

  admit(op: Op): number {
    return this.#model.admit(op);
  }

  async prepare(batches: readonly Batch<Op>[], meta: CommitMeta): Promise<Prepared> {
    return await this.#writer.prepare(batches, meta);
  }

  async pin(): Promise<Pin<View>> {
    const { pool, pins } = this.#open;
    const state = await this.#retry('could not take a snapshot', () => pool.hold());
    const makeView = (reader: SnapshotReader): View => this.#model.view(reader);
    const pin: Pin<View> = new SnapshotPin(pool, state, makeView, () => pins.delete(pin));
    pins.add(pin);
    return pin;
  }

  async extents(since: Epoch): Promise<Readonly<Record<string, number>>> {
    const { control } = this.#open;
    return await this.#retry('could not read the extents', () => readExtents(control, since));
  }

  async sync(): Promise<void> {
    await this.#writer.sync();
  }

  async stats(): Promise<readonly Measure[]> {
    return [];
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = undefined;
    if (state === undefined) return;
    try {
      for (const pin of state.pins) await pin.release();
      state.pool.close();
      // The last connection of all processes to go writes the log back and deletes it.
      state.control.close();
    } catch (error) {
      throw fromSqliteError(error, 'could not close the database', this.#path);
    }
  }

  get #open(): OpenState<View, Op> {
    if (this.#state === undefined) throw new StoreError('NOT_OPEN', `${this.#path} is not open`);
    return this.#state;
  }

  get #writer(): Writer<View, Op> {
    const { writer } = this.#open;
    if (writer === undefined) throw new StoreError('READ_ONLY', `${this.#path} was opened for reading`);
    return writer;
  }

  #makeWriter(connection: Connection): Writer<View, Op> {
    const { busyWait, retention } = this.#settings;
    return new Writer(connection, this.#model, { busyWait, retention, onCommit: () => {} });
  }

  #makePool(control: Connection, { now }: OpenContext): SnapshotPool {
    return new SnapshotPool({
      limit: this.#settings.snapshotConnections,
      open: () => openReader(this.#path, this.#database.pragmas),
      currentHead: () => readHead(control),
      now,
    });
  }

  #retry<Result>(doing: string, attempt: () => Result): Promise<Result> {
    return retryBusy(attempt, { wait: this.#settings.busyWait, doing, path: this.#path });
  }
}

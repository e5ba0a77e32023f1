import {
  type Batch,
  type Capability,
  type Change,
  type ChangeOptions,
  type CommitMeta,
  type Cursor,
  type Driver,
  type Epoch,
  type Head,
  type LockProvider,
  type Maintenance,
  type Measure,
  type OpenContext,
  type Pin,
  type Prepared,
  StoreError,
  type Watching,
} from '@stepwell/core';
import { assertOneSqlite } from '../connection/one-sqlite.ts';
import { retryBusy } from '../connection/retry-busy.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import { readExtents } from '../history/extents.ts';
import { followCommits } from '../history/follow-commits.ts';
import { readHead } from '../history/head.ts';
import { watchCommits } from '../history/watch-commits.ts';
import type { Checkpointer } from '../maintenance/checkpointer.ts';
import { MaintenanceThread } from '../maintenance/maintenance-thread.ts';
import { sqliteMaintenance } from '../maintenance/sqlite-maintenance.ts';
import { SnapshotPin } from '../snapshots/snapshot-pin.ts';
import type { SnapshotReader } from '../snapshots/snapshot-reader.ts';
import { measureDatabase, measureLog } from './measures.ts';
import type { Model } from './model.ts';
import { openError } from './open-error.ts';
import { closeState, type OpenState, openState, type StateOptions, type Writing } from './open-state.ts';
import type { ResolvedSettings } from './settings.ts';

export interface SqliteStoreOptions {
  readonly path: string;
  readonly settings: ResolvedSettings;
  readonly locks: LockProvider;
}

const capabilities: readonly Capability[] = [
  'persistent',
  'power-loss',
  'multi-process',
  'transaction-ids',
  'lead',
];

/**
 * The driver that both layers of this package are: a {@link Model} says what is stored and how it is seen, everything
 * else is here and below.
 */
export class SqliteStoreDriver<View, Op> implements Driver<View, Op> {
  readonly name = 'sqlite';
  readonly capabilities: ReadonlySet<Capability>;
  readonly locks: LockProvider;
  readonly maintenance: Partial<Maintenance>;
  /** Only where the model tells what its ops touch. */
  readonly changes?: (since: Cursor, options: ChangeOptions) => AsyncIterable<Change>;
  readonly #options: StateOptions<View, Op>;
  #state: OpenState<View, Op> | undefined;

  /** @throws `NOT_SUPPORTED` beside a second copy of SQLite */
  constructor(model: Model<View, Op>, { path, settings, locks }: SqliteStoreOptions) {
    // Not in `open`: it takes milliseconds, and whoever takes over from a dead writer has the lock by then.
    assertOneSqlite();
    this.locks = locks;
    this.capabilities = new Set(model.tellsChanges ? [...capabilities, 'changes'] : capabilities);
    if (model.tellsChanges) this.changes = (since, options) => this.#follow(since, options);
    const { applicationId, migrations } = model;
    const { busyWait, networkFiles, create } = settings;
    const pragmas = { cacheKiB: Math.ceil(settings.cacheBytes / 1024) };
    const thread = new MaintenanceThread({ path, busyWait, ...pragmas });
    const database = { path, applicationId, migrations, pragmas, busyWait, networkFiles, create };
    this.#options = { model, settings, locks, thread, database };
    const checkpointer = (): Checkpointer => this.#writing.checkpointer;
    this.maintenance = sqliteMaintenance({ thread, locks, checks: model.checks, busyWait, checkpointer });
  }

  async open(context: OpenContext): Promise<Head> {
    try {
      this.#state = await openState(this.#options, context);
      return readHead(this.#state.control);
    } catch (error) {
      throw openError(error, this.#path, context.mode);
    }
  }

  async refresh(): Promise<Head> {
    const { control } = this.#open;
    return await this.#retry('could not read the head', () => readHead(control));
  }

  copy(op: Op): Op {
    return this.#options.model.copy(op);
  }

  admit(op: Op): number {
    return this.#options.model.admit(op);
  }

  async prepare(batches: readonly Batch<Op>[], meta: CommitMeta): Promise<Prepared> {
    return await this.#writing.writer.prepare(batches, meta);
  }

  async pin(): Promise<Pin<View>> {
    const { pool, pins, writing } = this.#open;
    const state = await this.#retry('could not take a snapshot', () => pool.hold());
    const makeView = (reader: SnapshotReader): View => this.#options.model.view(reader);
    const pin: Pin<View> = new SnapshotPin(pool, state, makeView, () => {
      pins.delete(pin);
      writing?.checkpointer.afterSnapshot();
    });
    pins.add(pin);
    return pin;
  }

  async extents(since: Epoch): Promise<Readonly<Record<string, number>>> {
    const { control } = this.#open;
    return await this.#retry('could not read the extents', () => readExtents(control, since));
  }

  watch(wake: () => void): Watching {
    return watchCommits(this.#open.control, wake);
  }

  async sync(): Promise<void> {
    await this.#writing.writer.sync();
  }

  async stats(): Promise<readonly Measure[]> {
    const { pool, context, control, writing } = this.#open;
    const state = await this.#retry('could not take a snapshot', () => pool.hold());
    try {
      const { connection } = state;
      const settings = { cacheBytes: this.#options.settings.cacheBytes, now: context.now(), pool };
      const isBetween = writing === undefined || !control.inTransaction;
      return [
        ...measureDatabase(connection, settings),
        ...(isBetween ? measureLog(control) : []),
        ...this.#options.model.measures(connection),
      ];
    } catch (error) {
      throw fromSqliteError(error, 'could not measure the database', this.#path);
    } finally {
      pool.release(state);
    }
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#state = undefined;
    if (state === undefined) return;
    try {
      await closeState(state, this.#options.thread);
    } catch (error) {
      throw fromSqliteError(error, 'could not close the database', this.#path);
    }
  }

  get #path(): string {
    return this.#options.database.path;
  }

  get #open(): OpenState<View, Op> {
    if (this.#state === undefined) throw new StoreError('NOT_OPEN', `${this.#path} is not open`);
    return this.#state;
  }

  get #writing(): Writing<View, Op> {
    const { writing } = this.#open;
    if (writing === undefined) throw new StoreError('READ_ONLY', `${this.#path} was opened for reading`);
    return writing;
  }

  async *#follow(since: Cursor, { signal }: ChangeOptions): AsyncGenerator<Change> {
    const { closing, openReader } = this.#open;
    const ends = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
    const connection = await this.#retry('could not follow', openReader);
    try {
      const { model, settings } = this.#options;
      const { busyWait } = settings;
      yield* followCommits(connection, since, { signal: ends, busyWait, follows: model.follows });
    } catch (error) {
      throw fromSqliteError(error, 'could not follow the commits', this.#path);
    } finally {
      connection.close();
    }
  }

  #retry<Result>(doing: string, attempt: () => Result): Promise<Result> {
    return retryBusy(attempt, { wait: this.#options.settings.busyWait, doing, path: this.#path });
  }
}

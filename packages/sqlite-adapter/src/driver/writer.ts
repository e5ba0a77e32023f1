import type {
  Batch,
  CommitDurability,
  CommitMeta,
  CommitSeal,
  Head,
  Prepared,
  StoreError,
} from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { DatabaseFiles } from '../connection/database-files.ts';
import { Poison } from '../connection/poison.ts';
import { retryBusy } from '../connection/retry-busy.ts';
import { crashPoint } from '../crash-points.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import { CommitLog } from '../history/commit-log.ts';
import { readHead } from '../history/head.ts';
import { countMigrations } from '../migrations/migrate.ts';
import { SchemaGuard } from '../migrations/schema-guard.ts';
import { type AppliedGroup, applyGroup } from './apply-group.ts';
import type { Model, OpWriter } from './model.ts';

export interface WriterOptions {
  /** What the connection has open. */
  readonly files: DatabaseFiles;
  /** Milliseconds to wait for SQLite's own write lock, which only a checkpoint or a foreign program can hold. */
  readonly busyWait: number;
  /** Milliseconds that history and transaction ids are kept. */
  readonly retention: number;
  /** Told after each commit. */
  readonly onCommit: () => void;
}

/** S1, S3, S5: the one connection that writes. One transaction is open from `prepare` to `commit` or `rollback`. */
export class Writer<View, Op> {
  readonly connection: Connection;
  /** Whether anything may be written at all. */
  readonly poison: Poison;
  readonly #options: WriterOptions;
  readonly #log: CommitLog;
  readonly #ops: OpWriter<Op>;
  readonly #schema: SchemaGuard;
  #durability: CommitDurability = 'process-crash';
  /** Resolves when the transaction that is open now has ended. */
  #turn: Promise<void> = Promise.resolve();

  constructor(connection: Connection, model: Model<View, Op>, options: WriterOptions) {
    this.connection = connection;
    this.poison = new Poison(connection.path);
    this.#options = options;
    this.#log = new CommitLog(connection, options.retention);
    this.#ops = model.writer(connection);
    this.#schema = new SchemaGuard(connection, countMigrations(model.migrations));
  }

  /** What is committed; the open transaction changes it only in the moment it commits. */
  head(): Head {
    return readHead(this.connection);
  }

  async prepare(batches: readonly Batch<Op>[], meta: CommitMeta): Promise<Prepared> {
    const { connection } = this;
    const endTurn = await this.#takeTurn();
    try {
      this.poison.check();
      this.#makeDurable(meta.durability);
      const begin = async (): Promise<void> => {
        await this.#retry('could not apply the group', () => connection.begin());
        this.#schema.check();
      };
      const applied = await applyGroup({
        begin,
        connection,
        writer: this.#ops,
        log: this.#log,
        batches,
        meta,
      });
      return {
        verdicts: applied.verdicts,
        commit: async (seal) => this.#commit(meta, seal, applied, endTurn),
        rollback: async () => this.#rollback(endTurn),
      };
    } catch (error) {
      endTurn();
      throw this.#failure(error, 'could not apply the group');
    }
  }

  /**
   * S2: syncs what was committed without that, by a commit that waits for the device: the whole log goes with it.
   * Nothing to do when somebody did it at this epoch.
   */
  async sync(): Promise<void> {
    const { connection } = this;
    const endTurn = await this.#takeTurn();
    try {
      this.poison.check();
      this.#options.files.checkAll();
      await this.#retry('could not sync', () => {
        const { epoch } = this.head();
        const synced = connection.tuples.get("SELECT value FROM stepwell_meta WHERE key = 'synced'").get();
        if (synced !== undefined && Number((synced as string[])[0]) === epoch) return;
        this.#makeDurable('power-loss');
        connection.tuples.get(syncedSql).run([String(epoch)]);
      });
    } catch (error) {
      throw this.#failure(error, 'could not sync');
    } finally {
      endTurn();
    }
  }

  /** Runs `work` between two transactions: nothing is written meanwhile. */
  async pause<Result>(work: () => Promise<Result>): Promise<Result> {
    const endTurn = await this.#takeTurn();
    try {
      return await work();
    } finally {
      endTurn();
    }
  }

  #commit(meta: CommitMeta, seal: CommitSeal, { touched }: AppliedGroup, endTurn: () => void): void {
    const { connection } = this;
    try {
      this.#log.append(meta, seal, touched);
      crashPoint('sqlite:commit.before');
      connection.commit();
      this.#log.committed();
      this.#options.files.checkAll();
    } catch (error) {
      connection.rollback();
      this.#ops.rolledBack();
      throw this.#failure(error, `could not commit epoch ${meta.epoch}`);
    } finally {
      endTurn();
    }
    crashPoint('sqlite:commit.after');
    this.#options.onCommit();
  }

  #rollback(endTurn: () => void): void {
    try {
      this.connection.rollback();
      this.#ops.rolledBack();
    } catch (error) {
      throw this.#failure(error, 'could not roll back');
    } finally {
      endTurn();
    }
  }

  #failure(error: unknown, doing: string): StoreError {
    const typed = fromSqliteError(error, doing, this.connection.path);
    this.poison.take(typed);
    return typed;
  }

  /** Between two transactions only: SQLite does not take the setting within one. */
  #makeDurable(durability: CommitDurability): void {
    if (durability === this.#durability) return;
    this.connection.exec(`PRAGMA synchronous = ${durability === 'power-loss' ? 'FULL' : 'NORMAL'}`);
    this.#durability = durability;
  }

  /** A sync may be asked for while a group is prepared: it waits until that one has ended. */
  async #takeTurn(): Promise<() => void> {
    const before = this.#turn;
    let endTurn = (): void => {};
    this.#turn = new Promise((resolve) => {
      endTurn = resolve;
    });
    await before;
    return endTurn;
  }

  #retry<Result>(doing: string, attempt: () => Result): Promise<Result> {
    return retryBusy(attempt, { wait: this.#options.busyWait, doing, path: this.connection.path });
  }
}

/** For the epoch that a head names: everything up to it is on the device. */
const syncedSql = `
  INSERT INTO stepwell_meta (key, value) VALUES ('synced', ?)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

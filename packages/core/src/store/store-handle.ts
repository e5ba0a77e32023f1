import { GroupCommit } from '../commit/group-commit.ts';
import type { Driver } from '../contract/driver.ts';
import type { Head } from '../contract/head.ts';
import type { LockProvider } from '../contract/lock.ts';
import type { Maintenance } from '../contract/maintenance.ts';
import { StoreError } from '../errors/store-error.ts';
import type { WriterTurns } from '../locks/writer-turns.ts';
import type { Session } from '../session/session.ts';
import { OwnSession } from '../session/sessions.ts';
import { guardedMaintenance } from './guarded-maintenance.ts';
import { notSupported, ReaderHandle } from './reader-handle.ts';
import { runAll } from './run-all.ts';
import type { Store, WriteOptions, WriteResult } from './store.ts';
import { checkDurability, type StoreSettings } from './store-options.ts';

/** A driver that is open for writing, with everything core owns around it. */
export class StoreHandle<View, Op> extends ReaderHandle<View, Op> implements Store<View, Op> {
  readonly #driver: Driver<View, Op>;
  readonly #turns: WriterTurns;
  readonly #settings: StoreSettings;
  readonly #commits: GroupCommit<View, Op>;
  readonly #session: OwnSession;
  readonly maintenance: Maintenance;

  constructor(
    driver: Driver<View, Op>,
    locks: LockProvider,
    turns: WriterTurns,
    head: Head,
    settings: StoreSettings,
  ) {
    super(driver, locks, settings, 'store');
    this.#driver = driver;
    this.#turns = turns;
    this.#settings = settings;
    this.#commits = new GroupCommit(driver, turns, head, settings);
    this.#session = new OwnSession(locks, settings.purpose);
    this.maintenance = guardedMaintenance(driver, this.lifecycle);
  }

  async write(ops: readonly Op[], options: WriteOptions = {}): Promise<WriteResult> {
    this.lifecycle.check();
    const { transactionId, signal, durability = this.#settings.durability } = options;
    if (signal?.aborted) throw new StoreError('ABORTED', 'the write was aborted', { cause: signal.reason });
    this.#checkOptions(transactionId, checkDurability(durability));
    if (!Array.isArray(ops)) throw new StoreError('INVALID_ARGUMENT', 'write takes an array of ops');
    let bytes = 0;
    for (const op of ops) bytes += this.#driver.admit(op);
    if (ops.length === 0 && transactionId === undefined) {
      return { epoch: this.#commits.head.epoch, results: [], duplicate: false };
    }
    const batch = { ops: [...ops], ...(transactionId !== undefined && { transactionId }) };
    return await this.#commits.write(batch, bytes, durability, signal);
  }

  async flush(): Promise<void> {
    this.lifecycle.check();
    await this.#commits.flush();
  }

  async sync(): Promise<void> {
    this.lifecycle.check();
    await this.#commits.flush();
    await this.guard('sync', () => this.#driver.sync());
  }

  async session(): Promise<Session> {
    this.lifecycle.check();
    return await this.#session.get();
  }

  protected override async letGo(): Promise<void> {
    await runAll(
      () => this.#commits.close(),
      () => super.letGo(),
      () => this.#session.end(),
      () => this.#turns.release(),
    );
  }

  #checkOptions(transactionId: string | undefined, durability: string): void {
    if (durability === 'power-loss' && !this.capabilities.has('power-loss')) {
      throw notSupported(this.name, 'power-loss durability');
    }
    if (transactionId === undefined) return;
    if (!this.capabilities.has('transaction-ids')) throw notSupported(this.name, 'transaction ids');
    if (typeof transactionId !== 'string' || transactionId.length === 0 || transactionId.length > 1024) {
      throw new StoreError('INVALID_ARGUMENT', 'a transactionId is a text of 1 to 1024 characters');
    }
    if (!transactionId.isWellFormed() || transactionId.includes('\0')) {
      throw new StoreError('INVALID_ARGUMENT', 'a transactionId holds no NUL and no lone surrogate');
    }
  }
}

import type { Answer } from '../commit/entry.ts';
import { GroupCommit } from '../commit/group-commit.ts';
import type { TurnQueue } from '../commit/turn-queue.ts';
import type { Driver } from '../contract/driver.ts';
import type { Durability } from '../contract/durability.ts';
import type { Head } from '../contract/head.ts';
import type { LockProvider } from '../contract/lock.ts';
import type { Maintenance } from '../contract/maintenance.ts';
import type { Measure } from '../contract/measure.ts';
import { StoreError } from '../errors/store-error.ts';
import type { WriterTurns } from '../locks/writer-turns.ts';
import type { Session } from '../session/session.ts';
import { OwnSession } from '../session/sessions.ts';
import { describe, invalid } from '../validation/check-value.ts';
import { unreadable } from '../validation/copy-json.ts';
import { guardedMaintenance } from './guarded-maintenance.ts';
import { notSupported } from './not-supported.ts';
import { ReaderHandle } from './reader-handle.ts';
import { runAll } from './run-all.ts';
import type { Store, WriteOptions, WriteResult } from './store.ts';
import type { StoreSettings } from './store-options.ts';
import { checkWriteOptions } from './write-options.ts';

const noOptions: WriteOptions = {};

/** What `openStore` has made ready. */
export interface StoreParts<View, Op> {
  readonly driver: Driver<View, Op>;
  readonly locks: LockProvider;
  readonly turns: WriterTurns;
  /** What the driver asked to do as the one writer, from its `open` on. */
  readonly ownTurns: TurnQueue;
  readonly head: Head;
  readonly settings: StoreSettings;
}

/** A driver that is open for writing, with everything core owns around it. */
export class StoreHandle<View, Op> extends ReaderHandle<View, Op> implements Store<View, Op> {
  readonly #driver: Driver<View, Op>;
  readonly #turns: WriterTurns;
  readonly #settings: StoreSettings;
  readonly #commits: GroupCommit<View, Op>;
  readonly #session: OwnSession;
  readonly maintenance: Maintenance;

  constructor({ driver, locks, turns, ownTurns, head, settings }: StoreParts<View, Op>) {
    super(driver, locks, settings, 'store');
    this.#driver = driver;
    this.#turns = turns;
    this.#settings = settings;
    this.#commits = new GroupCommit({ driver, turns, ownTurns, head, settings, onCommit: this.wakes.wake });
    this.#session = new OwnSession(locks, settings.purpose);
    this.maintenance = guardedMaintenance(driver, this.lifecycle);
  }

  write(ops: readonly Op[], options: WriteOptions = noOptions): Promise<WriteResult> {
    // One promise for the whole way to the commit and back: one for each layer costs as much as the queue (measured).
    return new Promise((resolve, reject) => {
      try {
        this.#submit(ops, options, { resolve, reject });
      } catch (error) {
        this.#commits.noteRefused(error);
        throw error;
      }
    });
  }

  override async stats(): Promise<readonly Measure[]> {
    return [...(await super.stats()), ...this.#commits.measures()];
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

  #submit(ops: readonly Op[], options: WriteOptions, answer: Answer): void {
    this.lifecycle.check();
    const checked = options === noOptions ? noOptions : checkWriteOptions(options);
    const { transactionId, signal, durability = this.#settings.durability } = checked;
    if (signal?.aborted) throw new StoreError('ABORTED', 'the write was aborted', { cause: signal.reason });
    this.#checkCapabilities(transactionId, durability);
    const { taken, bytes } = this.#admit(ops);
    if (taken.length === 0 && transactionId === undefined) {
      answer.resolve({ epoch: this.#commits.head.epoch, results: [], duplicate: false });
      return;
    }
    const batch = transactionId === undefined ? { ops: taken } : { ops: taken, transactionId };
    this.#commits.write({ batch, bytes, signal }, durability, answer);
  }

  /** Copies and checks what was given: nobody can change it any more, and it comes back as it went in. */
  #admit(ops: readonly Op[]): { readonly taken: readonly Op[]; readonly bytes: number } {
    const taken: Op[] = [];
    let bytes = 0;
    try {
      if (!Array.isArray(ops)) throw invalid(`write takes an array of ops, not ${describe(ops)}`);
      for (const op of ops as readonly Op[]) {
        const copy = this.#driver.copy?.(op) ?? op;
        bytes += this.#driver.admit(copy);
        taken.push(copy);
      }
    } catch (error) {
      // Not by a function around it, which every write would pay for.
      throw unreadable(error);
    }
    return { taken, bytes };
  }

  #checkCapabilities(transactionId: string | undefined, durability: Durability): void {
    if (durability === 'power-loss' && !this.capabilities.has('power-loss')) {
      throw notSupported(this.name, 'power-loss durability');
    }
    if (transactionId !== undefined && !this.capabilities.has('transaction-ids')) {
      throw notSupported(this.name, 'transaction ids');
    }
  }
}

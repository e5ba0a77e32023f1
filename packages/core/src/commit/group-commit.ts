import { setImmediate } from 'node:timers/promises';
import type { Batch } from '../contract/batch.ts';
import type { Driver } from '../contract/driver.ts';
import type { Durability } from '../contract/durability.ts';
import type { Head } from '../contract/head.ts';
import { isStoreError, StoreError, toStoreError } from '../errors/store-error.ts';
import type { WriterTurns } from '../locks/writer-turns.ts';
import type { WriteResult } from '../store/store.ts';
import type { StoreSettings } from '../store/store-options.ts';
import { commitGroup } from './commit-group.ts';
import { type Entry, settle } from './entry.ts';
import { GroupSize } from './group-size.ts';
import { WriteQueue } from './write-queue.ts';

/**
 * S2, S3: writes that arrive while a commit is in progress go into the next one together.
 *
 *     write ──► queue ──► [ turn of the writer lock: prepare ─► commit ] ──► acknowledge
 *                 ▲                                                │
 *                 └────────── what arrived meanwhile ◄─────────────┘
 */
export class GroupCommit<View, Op> {
  readonly #driver: Driver<View, Op>;
  readonly #turns: WriterTurns;
  readonly #settings: StoreSettings;
  readonly #queue: WriteQueue<Op>;
  readonly #size: GroupSize;
  #head: Head;
  #running: Promise<void> | undefined;
  /** Entries are numbered as they come; groups are settled in that order. */
  #lastAdded = 0;
  #lastDone = 0;
  /** Called when a group has been settled, or the loop has stopped. */
  #atBoundary: (() => void)[] = [];
  #bufferTimer: NodeJS.Timeout | undefined;
  /** What buffered writes failed with, until `flush` tells. */
  #unreported: StoreError | undefined;
  #poison: StoreError | undefined;

  constructor(driver: Driver<View, Op>, turns: WriterTurns, head: Head, settings: StoreSettings) {
    this.#driver = driver;
    this.#turns = turns;
    this.#head = head;
    this.#settings = settings;
    this.#queue = new WriteQueue(settings);
    this.#size = new GroupSize(settings.groupOps, settings.groupMs);
  }

  /** The last commit this handle knows of. */
  get head(): Head {
    return this.#head;
  }

  async write(
    batch: Batch<Op>,
    bytes: number,
    durability: Durability,
    signal: AbortSignal | undefined,
  ): Promise<WriteResult> {
    this.#checkPoison();
    if (!this.#queue.hasRoom(batch.ops.length, bytes)) {
      this.#start();
      await this.#queue.room(batch.ops.length, bytes, signal);
    }
    return await (durability === 'none'
      ? this.#buffer(batch, bytes)
      : this.#submit(batch, bytes, durability, signal));
  }

  /** Resolves when all that was written before is committed. @throws what a buffered write failed with */
  async flush(): Promise<void> {
    const upTo = this.#lastAdded;
    this.#start();
    // Not until the queue is empty: under steady load it never is.
    while (this.#running !== undefined && this.#lastDone < upTo) {
      await new Promise<void>((resolve) => this.#atBoundary.push(resolve));
    }
    const failure = this.#unreported ?? this.#poison;
    this.#unreported = undefined;
    if (failure !== undefined) throw failure;
  }

  async #submit(
    batch: Batch<Op>,
    bytes: number,
    durability: Exclude<Durability, 'none'>,
    signal: AbortSignal | undefined,
  ): Promise<WriteResult> {
    return await new Promise<WriteResult>((resolve, reject) => {
      const withdraw = (): void => {
        if (!this.#queue.withdraw(entry)) return;
        reject(new StoreError('ABORTED', 'the write was aborted while it waited', { cause: signal?.reason }));
      };
      const done = (): void => signal?.removeEventListener('abort', withdraw);
      this.#lastAdded += 1;
      const entry: Entry<Op> = {
        number: this.#lastAdded,
        batch,
        bytes,
        durability,
        buffered: false,
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      this.#queue.add(entry);
      this.#start();
    });
  }

  #buffer(batch: Batch<Op>, bytes: number): WriteResult {
    this.#lastAdded += 1;
    this.#queue.add({
      number: this.#lastAdded,
      batch,
      bytes,
      durability: 'process-crash',
      buffered: true,
      resolve: () => {},
      reject: (error) => {
        this.#unreported ??= error;
        this.#settings.onWarning({
          id: 'write.buffered-failed',
          message: `a buffered write failed: ${error.message}`,
          details: { code: error.code },
        });
      },
    });
    if (this.#queue.ops >= this.#settings.bufferedOps) this.#start();
    else this.#bufferTimer ??= setTimeout(() => this.#start(), this.#settings.bufferedMs);
    return { epoch: null, results: [], duplicate: false };
  }

  /** Begins to empty the queue, unless that is under way. */
  #start(): void {
    clearTimeout(this.#bufferTimer);
    this.#bufferTimer = undefined;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // One tick, so that writes made together are committed together.
    await undefined;
    let busySince = performance.now();
    while (!this.#queue.isEmpty) {
      const started = performance.now();
      const group = this.#queue.takeGroup(this.#size.ops);
      const goOn = await this.#commit(group);
      if (!goOn) break;
      this.#lastDone = group.at(-1)?.number ?? this.#lastDone;
      this.#passBoundary();
      const now = performance.now();
      this.#size.observe(group, now - started);
      if (now - busySince < this.#settings.groupMs) continue;
      // Drivers may be synchronous underneath: without this, timers and sockets would starve.
      await setImmediate();
      busySince = performance.now();
    }
    // In the same tick as the last look at the queue, so that no write is left waiting for a loop that has ended.
    this.#running = undefined;
    this.#passBoundary();
  }

  #passBoundary(): void {
    const waiting = this.#atBoundary;
    this.#atBoundary = [];
    for (const resolve of waiting) resolve();
  }

  /** False when the queue must wait: what was buffered could not be committed now and is kept. */
  async #commit(group: readonly Entry<Op>[]): Promise<boolean> {
    try {
      this.#checkPoison();
      const { verdicts, epoch } = await this.#turns.take(async (others) => {
        if (others) this.#head = await this.#driver.refresh();
        const outcome = await commitGroup(this.#driver, this.#head, group, this.#settings.now());
        this.#head = outcome.head;
        return { verdicts: outcome.verdicts, epoch: outcome.head.epoch };
      });
      for (const [index, verdict] of verdicts.entries()) {
        const entry = group[index];
        if (entry !== undefined) settle(entry, verdict, epoch);
      }
      return true;
    } catch (cause) {
      return this.#fail(group, toStoreError(cause, 'IO', `the driver ${this.#driver.name} failed`));
    }
  }

  #fail(group: readonly Entry<Op>[], error: StoreError): boolean {
    if (isStoreError(error, 'POISONED')) this.#poison ??= error;
    // Whoever waits is told and can try again; nobody waits for a buffered write, so the queue keeps it.
    const kept = error.retryable ? group.filter((entry) => entry.buffered) : [];
    for (const entry of group) if (!error.retryable || !entry.buffered) entry.reject(error);
    if (kept.length === 0) return true;
    this.#unreported ??= error;
    this.#queue.putBack(kept);
    this.#bufferTimer ??= setTimeout(() => this.#start(), Math.max(this.#settings.bufferedMs, 100));
    return false;
  }

  #checkPoison(): void {
    if (this.#poison === undefined) return;
    throw new StoreError(
      'POISONED',
      'an earlier write has an unknown outcome; open the store again to recover',
      {
        cause: this.#poison,
      },
    );
  }
}

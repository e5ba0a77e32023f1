import type { Verdict } from '../contract/batch.ts';
import type { Driver } from '../contract/driver.ts';
import type { Durability } from '../contract/durability.ts';
import type { Head } from '../contract/head.ts';
import type { Measure } from '../contract/measure.ts';
import { isStoreError, StoreError, toStoreError } from '../errors/store-error.ts';
import type { WriterTurns } from '../locks/writer-turns.ts';
import { Breather } from '../platform/breather.ts';
import type { StoreSettings } from '../store/store-options.ts';
import { AwaitedEntry } from './awaited-entry.ts';
import { Boundary } from './boundary.ts';
import { BufferedEntry } from './buffered-entry.ts';
import { BufferedFaults } from './buffered-faults.ts';
import { CommitFigures } from './commit-figures.ts';
import { commitGroup } from './commit-group.ts';
import { commitMeasures } from './commit-measures.ts';
import type { Answer, Entry, Submission } from './entry.ts';
import { GroupSize } from './group-size.ts';
import { settleGroup } from './settle-group.ts';
import { withdrawOnAbort } from './withdraw-on-abort.ts';
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
  readonly #figures: CommitFigures = new CommitFigures();
  /** Kept from run to run, since writers that wait for each answer make a run of every write. */
  readonly #breather: Breather = new Breather();
  #head: Head;
  #running: Promise<void> | undefined;
  /** Entries are numbered as they come; groups are settled in that order. */
  #lastAdded = 0;
  #lastDone = 0;
  /** Passed when a group has been settled, and when the loop has stopped. */
  readonly #settled: Boundary = new Boundary();
  readonly #faults: BufferedFaults;
  #bufferTimer: NodeJS.Timeout | undefined;
  #poison: StoreError | undefined;

  constructor(driver: Driver<View, Op>, turns: WriterTurns, head: Head, settings: StoreSettings) {
    this.#driver = driver;
    this.#turns = turns;
    this.#head = head;
    this.#settings = settings;
    this.#queue = new WriteQueue(settings, this.#reject);
    this.#size = new GroupSize(settings.groupOps, settings.groupMs);
    this.#faults = new BufferedFaults(settings.onWarning);
  }

  /** The last commit this handle knows of. */
  get head(): Head {
    return this.#head;
  }

  measures(): readonly Measure[] {
    return commitMeasures(this.#figures, this.#queue, performance.now());
  }

  /** Counts a write that failed before it had a place in the queue. */
  noteRefused(error: unknown): void {
    this.#figures.fault(toStoreError(error, 'IO', 'the write failed').code);
  }

  /** @throws `POISONED`; whatever else befalls the write is told to `answer` */
  write(submission: Submission<Op>, durability: Durability, answer: Answer): void {
    this.#checkPoison();
    this.#lastAdded += 1;
    const entry =
      durability === 'none'
        ? new BufferedEntry(this.#lastAdded, submission, answer, this.#faults.lost)
        : new AwaitedEntry(this.#lastAdded, submission, durability, answer);
    const { signal } = submission;
    if (signal !== undefined) entry.stopListening = withdrawOnAbort(this.#queue, entry, signal, this.#reject);
    this.#queue.enter(entry);
    const mayWait = entry.buffered && !this.#queue.isFull;
    if (!mayWait || this.#queue.ops >= this.#settings.bufferedOps) this.#start();
    else this.#bufferTimer ??= setTimeout(() => this.#start(), this.#settings.bufferedMs);
  }

  /** Resolves when all that was written before is committed. @throws what a buffered write failed with */
  async flush(): Promise<void> {
    const upTo = this.#lastAdded;
    this.#start();
    // Not until the queue is empty: under steady load it never is.
    while (this.#running !== undefined && this.#lastDone < upTo) await this.#settled.reached();
    const failure = this.#faults.take() ?? this.#poison;
    if (failure !== undefined) throw failure;
  }

  /** As {@link flush}, once no more writes come; afterwards the driver is not called any more. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      while (this.#running !== undefined) await this.#settled.reached();
      clearTimeout(this.#bufferTimer);
    }
  }

  readonly #reject = (entry: Entry<Op>, error: StoreError): void => {
    this.#figures.fault(error.code);
    entry.reject(error);
  };

  /** Begins to empty the queue, unless that is under way. */
  #start(): void {
    clearTimeout(this.#bufferTimer);
    this.#bufferTimer = undefined;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // One tick, so that writes made together are committed together.
    await undefined;
    while (!this.#queue.isEmpty) {
      const goOn = await this.#commitNext();
      if (!goOn) break;
      this.#settled.pass();
      // Drivers may be synchronous underneath.
      if (this.#breather.isDue) await this.#breather.pause();
    }
    // In the same tick as the last look at the queue, so that no write is left waiting for a loop that has ended.
    this.#running = undefined;
    this.#settled.pass();
  }

  /** False when the queue must wait: what was buffered could not be committed now and is kept. */
  async #commitNext(): Promise<boolean> {
    let group: readonly Entry<Op>[] | undefined;
    const asked = performance.now();
    try {
      this.#checkPoison();
      const verdicts = await this.#turns.take(async (others) => {
        if (others) {
          this.#figures.waited(asked, performance.now());
          this.#head = await this.#driver.refresh();
        }
        // Not before the turn has come: until then whoever waits can take a write back, and more of them join.
        group = this.#takeGroup();
        return group.length === 0 ? [] : await this.#commit(group);
      });
      this.#faults.goOn();
      // Not before the turn has gone: whoever is answered finds the lock free.
      // Between the commit and this nobody else can commit by this handle: its head is the group's.
      settleGroup(group ?? [], verdicts, this.#head.epoch, this.#figures);
    } catch (cause) {
      // Without a turn, those fail who would have been the group.
      group ??= this.#takeGroup();
      this.#figures.failedCommits += 1;
      if (!this.#fail(group, toStoreError(cause, 'IO', `the driver ${this.#driver.name} failed`)))
        return false;
    }
    this.#lastDone = group?.at(-1)?.number ?? this.#lastDone;
    return true;
  }

  #takeGroup(): readonly Entry<Op>[] {
    return this.#queue.takeGroup(this.#size.ops);
  }

  async #commit(group: readonly Entry<Op>[]): Promise<readonly Verdict[]> {
    const began = performance.now();
    const { head, verdicts } = await commitGroup(this.#driver, this.#head, group, this.#settings.now());
    const ended = performance.now();
    this.#size.observe(group, ended - began);
    // A group of duplicates and refusals is none.
    if (head.epoch !== this.#head.epoch) this.#figures.committed(group.length, ended - began, ended);
    this.#head = head;
    return verdicts;
  }

  #fail(group: readonly Entry<Op>[], error: StoreError): boolean {
    if (isStoreError(error, 'POISONED')) this.#poison ??= error;
    // Whoever waits is told and can try again; nobody waits for a buffered write, so the queue keeps it.
    const kept = error.retryable ? group.filter((entry) => entry.buffered) : [];
    for (const entry of group) if (!error.retryable || !entry.buffered) this.#reject(entry, error);
    if (kept.length === 0) return true;
    this.#faults.stalled(error);
    this.#queue.putBack(kept);
    // Writes are committed in order, so those behind cannot be either; who waits for one need not wait for the retry.
    for (const entry of this.#queue.takeAwaited()) this.#reject(entry, error);
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

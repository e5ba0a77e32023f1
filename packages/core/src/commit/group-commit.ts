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
import type { TurnQueue } from './turn-queue.ts';
import { withdrawOnAbort } from './withdraw-on-abort.ts';
import { WriteQueue } from './write-queue.ts';

export interface GroupCommitParts<View, Op> {
  readonly driver: Driver<View, Op>;
  readonly turns: WriterTurns;
  /** Turns that the driver asks for; ended when the commits are closed. */
  readonly ownTurns: TurnQueue;
  readonly head: Head;
  readonly settings: StoreSettings;
  /** Told after each commit of this handle, once those who wrote were answered and the lock is free. Must not throw. */
  readonly onCommit: () => void;
}

/**
 * S2, S3: writes that arrive while a commit is in progress go into the next one together.
 *
 *     write ──► queue ──► [ turn of the writer lock: prepare ─► commit ] ──► acknowledge
 *                 ▲                                                │
 *                 └────────── what arrived meanwhile ◄─────────────┘
 *
 * What the driver itself must do as the one writer goes through the same loop, a turn and a group by turns: no turn is
 * held up by more than one group, and no group by more than one turn.
 */
export class GroupCommit<View, Op> {
  readonly #driver: Driver<View, Op>;
  readonly #turns: WriterTurns;
  readonly #settings: StoreSettings;
  readonly #onCommit: () => void;
  readonly #queue: WriteQueue<Op>;
  readonly #own: TurnQueue;
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

  constructor({ driver, turns, ownTurns, head, settings, onCommit }: GroupCommitParts<View, Op>) {
    this.#driver = driver;
    this.#turns = turns;
    this.#own = ownTurns;
    this.#head = head;
    this.#settings = settings;
    this.#onCommit = onCommit;
    this.#queue = new WriteQueue(settings, this.#reject);
    this.#size = new GroupSize(settings.groupOps, settings.groupMs);
    this.#faults = new BufferedFaults(settings.onWarning);
    ownTurns.serve(() => this.#start());
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
    this.#own.end();
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
    while (!this.#queue.isEmpty || !this.#own.isEmpty) {
      await this.#own.next()?.run(this.#takeTurn);
      const goOn = this.#queue.isEmpty || (await this.#commitNext());
      if (!goOn && this.#own.isEmpty) break;
      this.#settled.pass();
      // Drivers may be synchronous underneath.
      if (this.#breather.isDue) await this.#breather.pause();
    }
    // In the same tick as the last look at the queues, so that no write is left waiting for a loop that has ended.
    this.#running = undefined;
    this.#settled.pass();
  }

  /** False when the queue must wait: what was buffered could not be committed now and is kept. */
  async #commitNext(): Promise<boolean> {
    let group: readonly Entry<Op>[] | undefined;
    const before = this.#head;
    try {
      const verdicts = await this.#asWriter(async () => {
        // Not before the turn has come: until then whoever waits can take a write back, and more of them join.
        group = this.#takeGroup();
        return group.length === 0 ? [] : await this.#commit(group);
      });
      this.#faults.goOn();
      // Not before the turn has gone: whoever is answered finds the lock free.
      // Between the commit and this nobody else can commit by this handle: its head is the group's.
      settleGroup(group ?? [], verdicts, this.#head.epoch, this.#figures);
      if (this.#head.epoch !== before.epoch) this.#onCommit();
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

  /** Runs `work` as the one writer, at the head of the store. */
  async #asWriter<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#checkPoison();
    const asked = performance.now();
    return await this.#turns.take(async (others) => {
      if (others) {
        this.#figures.waited(asked, performance.now());
        this.#head = await this.#driver.refresh();
      }
      return await work();
    });
  }

  /** A turn of the driver's own. What its work throws is the driver's; what keeps it from beginning is typed (S11). */
  readonly #takeTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    let begun = false;
    try {
      return await this.#asWriter(async () => {
        begun = true;
        return await work();
      });
    } catch (error) {
      if (begun) throw error;
      throw toStoreError(error, 'IO', `the driver ${this.#driver.name} got no turn as the writer`);
    }
  };

  #takeGroup(): readonly Entry<Op>[] {
    return this.#queue.takeGroup(this.#size.ops, this.#settings.groupBytes);
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

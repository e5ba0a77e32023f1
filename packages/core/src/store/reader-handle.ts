import type { Change, ChangeOptions, Cursor } from '../contract/change.ts';
import type { Capability, Driver } from '../contract/driver.ts';
import type { LockProvider } from '../contract/lock.ts';
import type { Measure } from '../contract/measure.ts';
import type { Pin } from '../contract/pin.ts';
import { toStoreError } from '../errors/store-error.ts';
import { endedByReturn } from '../iterate/ended-by-return.ts';
import { checkOptions } from '../options/check-options.ts';
import { abortSignal, text } from '../options/option-checks.ts';
import type { OptionShape } from '../options/option-shape.ts';
import { overdueTurn } from '../platform/overdue-turn.ts';
import { type CallSite, callSite } from '../snapshot/call-site.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { Snapshots } from '../snapshot/snapshots.ts';
import { describe, invalid } from '../validation/check-value.ts';
import { CommitWakes } from './commit-wakes.ts';
import { Lifecycle } from './lifecycle.ts';
import { notSupported } from './not-supported.ts';
import { runAll } from './run-all.ts';
import type { CommitListener, Reader, Subscription } from './store.ts';
import type { StoreSettings } from './store-options.ts';

type ChangesFrom = ChangeOptions & { readonly since: Cursor };

const changesShape: OptionShape<ChangesFrom> = { since: text, signal: abortSignal };

/** What a reader and a writer have in common: state, snapshots and error wrapping around a thin driver. */
export class ReaderHandle<View, Op> implements Reader<View> {
  readonly #driver: Driver<View, Op>;
  readonly #snapshots: Snapshots<View>;
  protected readonly lifecycle: Lifecycle;
  protected readonly wakes: CommitWakes;
  readonly locks: LockProvider;

  constructor(
    driver: Driver<View, Op>,
    locks: LockProvider,
    settings: StoreSettings,
    what: 'store' | 'reader',
  ) {
    this.#driver = driver;
    this.locks = locks;
    this.#snapshots = new Snapshots(locks, settings);
    this.lifecycle = new Lifecycle(what);
    this.wakes = new CommitWakes(driver);
  }

  get name(): string {
    return this.#driver.name;
  }

  get capabilities(): ReadonlySet<Capability> {
    return this.#driver.capabilities;
  }

  snapshot(): Promise<Snapshot<View>> {
    return this.#open(callSite(this.snapshot));
  }

  async withSnapshot<Result>(fn: (snapshot: Snapshot<View>) => Result | Promise<Result>): Promise<Result> {
    if (typeof fn !== 'function') throw invalid(`withSnapshot takes a function, not ${describe(fn)}`);
    const snapshot = await this.#open(callSite(this.withSnapshot));
    try {
      return await fn(snapshot);
    } finally {
      await snapshot.close();
    }
  }

  changes(options: ChangesFrom): AsyncIterable<Change> {
    this.lifecycle.check();
    const { since, signal } = checkOptions<ChangesFrom>(options, changesShape);
    const changes = this.#driver.changes?.bind(this.#driver);
    if (changes === undefined) throw notSupported(this.name, 'changes');
    return endedByReturn(signal, (ended) => changes(since, { signal: ended }));
  }

  onCommit(listener: CommitListener): Subscription {
    this.lifecycle.check();
    return this.wakes.listen(listener);
  }

  async stats(): Promise<readonly Measure[]> {
    this.lifecycle.check();
    const measures = await this.guard('report its measures', () => this.#driver.stats());
    const { open, oldest } = this.#snapshots.figures;
    return [
      ...measures,
      { name: 'store.snapshots', unit: 'count', value: open, meaning: 'Snapshots open in this process.' },
      {
        name: 'store.snapshots.oldest',
        unit: 'milliseconds',
        value: oldest,
        meaning: 'How long the oldest snapshot of this process has been open.',
      },
    ];
  }

  async close(): Promise<void> {
    await this.lifecycle.close(() =>
      runAll(
        async () => this.wakes.end(),
        () => this.letGo(),
        () => this.locks.close(),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #open(openedBy: CallSite): Promise<Snapshot<View>> {
    this.lifecycle.check();
    const turn = overdueTurn();
    if (turn !== undefined) await turn;
    let pin: Pin<View>;
    try {
      pin = await this.#driver.pin();
    } catch (error) {
      throw toStoreError(error, 'IO', `the driver ${this.name} could not take a snapshot`);
    }
    try {
      // The handle may have been closed while the driver pinned.
      this.lifecycle.check();
      return this.#snapshots.adopt(pin, openedBy);
    } catch (error) {
      await pin.release();
      throw error;
    }
  }

  /** What `close` does before the locks go; a writer does more. */
  protected async letGo(): Promise<void> {
    await runAll(
      () => this.#snapshots.closeAll(),
      () => this.guard('close', () => this.#driver.close()),
    );
  }

  /** Runs a call of the driver; what it throws leaves typed (S11). */
  protected async guard<Result>(doing: string, call: () => Promise<Result>): Promise<Result> {
    try {
      return await call();
    } catch (error) {
      throw toStoreError(error, 'IO', `the driver ${this.name} could not ${doing}`);
    }
  }
}

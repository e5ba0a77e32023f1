import assert from 'node:assert/strict';
import type { Snapshot, Store } from '@stepwell/core';
import type { ModelSpec } from './model-run.ts';
import { outcomeOf } from './rejects-with.ts';
import type { TestBed } from './test-bed.ts';

interface OpenSnapshot<View> {
  readonly snapshot: Snapshot<View>;
  /** What it showed when it was opened, and must show for ever. */
  readonly dump: unknown;
}

/** A store under test beside the reference: whatever is done, is done to both, and compared. */
export class SideBySide<View, Op> {
  readonly #bed: TestBed<View, Op>;
  readonly #spec: ModelSpec<View, Op>;
  readonly #reference: Store<View, Op>;
  #store: Store<View, Op>;
  readonly #snapshots: OpenSnapshot<View>[] = [];

  private constructor(
    bed: TestBed<View, Op>,
    spec: ModelSpec<View, Op>,
    store: Store<View, Op>,
    reference: Store<View, Op>,
  ) {
    this.#bed = bed;
    this.#spec = spec;
    this.#store = store;
    this.#reference = reference;
  }

  static async open<View, Op>(
    bed: TestBed<View, Op>,
    spec: ModelSpec<View, Op>,
  ): Promise<SideBySide<View, Op>> {
    return new SideBySide(bed, spec, await bed.open(), await spec.openReference());
  }

  async write(ops: readonly Op[], transactionId: string | undefined): Promise<void> {
    const id = this.#store.capabilities.has('transaction-ids') ? transactionId : undefined;
    const options = id === undefined ? {} : { transactionId: id };
    const [mine] = await Promise.allSettled([this.#store.write(ops, options)]);
    const [reference] = await Promise.allSettled([this.#reference.write(ops, options)]);
    // An op may break two rules at once, and which of them is told first is nobody's promise.
    const kindOf = (settled: PromiseSettledResult<unknown>): string => {
      const outcome = outcomeOf(settled);
      return outcome === 'CONSTRAINT' || outcome === 'INVALID_TRANSITION' ? 'refused' : outcome;
    };
    assert.equal(kindOf(mine), kindOf(reference), 'the outcome of a write');
    if (mine.status === 'fulfilled' && reference.status === 'fulfilled') {
      assert.deepStrictEqual(mine.value, reference.value, 'the answer of a write');
    }
    await this.#compare();
  }

  async reopen(): Promise<void> {
    await this.#closeSnapshots();
    this.#store = await this.#bed.reopen(this.#store);
    await this.#compare();
  }

  async openSnapshot(): Promise<void> {
    const snapshot = await this.#store.snapshot();
    this.#snapshots.push({ snapshot, dump: await this.#spec.dump(snapshot.view) });
  }

  async closeSnapshot(place: number): Promise<void> {
    const [closed] = this.#snapshots.splice(place % Math.max(1, this.#snapshots.length), 1);
    await closed?.snapshot.close();
    await this.#compare();
  }

  async close(): Promise<void> {
    try {
      await this.#closeSnapshots();
    } finally {
      await this.#reference.close();
    }
  }

  /** What closes a store with snapshots left open is warned about, and tested elsewhere. */
  async #closeSnapshots(): Promise<void> {
    for (const { snapshot } of this.#snapshots.splice(0)) await snapshot.close();
  }

  async #compare(): Promise<void> {
    const show = async (store: Store<View, Op>): Promise<unknown> =>
      await store.withSnapshot(async ({ epoch, view }) => ({ epoch, dump: await this.#spec.dump(view) }));
    assert.deepStrictEqual(await show(this.#store), await show(this.#reference), 'the state of the store');
    for (const { snapshot, dump } of this.#snapshots) {
      assert.deepStrictEqual(
        await this.#spec.dump(snapshot.view),
        dump,
        `the snapshot at epoch ${snapshot.epoch}`,
      );
    }
  }
}

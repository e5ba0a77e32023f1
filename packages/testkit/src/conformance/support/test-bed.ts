import assert from 'node:assert/strict';
import {
  type Cursor,
  type Driver,
  openReader,
  openStore,
  type Reader,
  type ReaderOptions,
  type Store,
  type StoreOptions,
} from '@stepwell/core';
import { makeWorkspace, type Workspace } from '../../workspace/workspace.ts';
import type { ConformanceTest, DriverFactory } from './suite.ts';

/** Where one test works: the handles it opens, on one place that is its own. */
export class TestBed<View, Op> {
  readonly workspace: Workspace;
  readonly #factory: DriverFactory<View, Op>;
  readonly #handles: Reader<View>[] = [];

  constructor(factory: DriverFactory<View, Op>, workspace: Workspace) {
    this.#factory = factory;
    this.workspace = workspace;
  }

  /** A driver over this place that nobody has opened yet. */
  async driver(): Promise<Driver<View, Op>> {
    return await this.#factory(this.workspace);
  }

  /** Opens the place for writing; closed after the test at the latest. */
  async open(options: StoreOptions = {}): Promise<Store<View, Op>> {
    const store = await openStore(await this.driver(), options);
    this.#handles.push(store);
    return store;
  }

  /** Closes the store and opens its place again, as another process would. */
  async reopen(store: Store<View, Op>, options: StoreOptions = {}): Promise<Store<View, Op>> {
    await store.close();
    return await this.open(options);
  }

  /** Opens the place for reading. */
  async openReader(options: ReaderOptions = {}): Promise<Reader<View>> {
    const reader = await openReader(await this.driver(), options);
    this.#handles.push(reader);
    return reader;
  }

  /** Where a store stands now, for those who follow changes. */
  async cursor(store: Reader<View>): Promise<Cursor> {
    return await store.withSnapshot(({ cursor }) => cursor);
  }

  /** Runs `test` on an empty place of its own: for properties, each run of which starts anew. */
  async elsewhere(test: ConformanceTest<View, Op>): Promise<void> {
    await runTest(this.#factory, test);
  }

  async close(): Promise<void> {
    // Readers came after their writer; the last goes first.
    for (const handle of this.#handles.toReversed()) await handle.close();
  }

  /** After every test: the place opens again, and the backend finds nothing wrong with it. */
  async verify(): Promise<void> {
    const driver = await this.driver();
    const offers = driver.maintenance?.verify !== undefined;
    const store = await openStore(driver);
    try {
      if (!offers) return;
      const { problems } = await store.maintenance.verify();
      assert.deepEqual(problems, [], 'verify() found problems after the test');
    } finally {
      await store.close();
    }
  }
}

/** Runs one test in a workspace of its own; the first failure wins, and none is lost. */
export async function runTest<View, Op>(
  factory: DriverFactory<View, Op>,
  test: ConformanceTest<View, Op>,
): Promise<void> {
  const workspace = await makeWorkspace('conformance');
  const bed = new TestBed(factory, workspace);
  const failures: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
    }
  };
  // A backend in memory, waiting for a deadline, holds nothing that keeps the process: some runners would give up on it.
  const stayAlive = setInterval(() => {}, 60_000);
  await attempt(async () => await test(bed));
  await attempt(async () => await bed.close());
  if (failures.length === 0) await attempt(async () => await bed.verify());
  await attempt(async () => await workspace[Symbol.asyncDispose]());
  clearInterval(stayAlive);
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) {
    const [first] = failures;
    throw new AggregateError(failures, first instanceof Error ? first.message : String(first), {
      cause: first,
    });
  }
}

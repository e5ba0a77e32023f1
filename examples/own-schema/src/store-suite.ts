import assert from 'node:assert/strict';
import {
  type Driver,
  type ErrorCode,
  isStoreError,
  openReader,
  openStore,
  type Reader,
} from '@stepwell/core';
import { makeWorkspace, type TestRunner } from '@stepwell/testkit';

/** What the suite has to know of a schema: how to put one thing into it, take it out, and see what is there. */
export interface Vocabulary<View, Op> {
  put(id: string): readonly Op[];
  remove(id: string): readonly Op[];
  /** Ops that can be submitted, and that a rule of the data refuses. */
  readonly refused: readonly Op[];
  /** The kind under which a change names what `put` puts. */
  readonly kind: string;
  ids(view: View): Promise<readonly string[]>;
}

/** A store must keep these promises whatever its schema is. Each test works on a file of its own. */
export function storeSuite<View, Op>(
  { describe, it }: TestRunner,
  name: string,
  makeDriver: (path: string) => Driver<View, Op>,
  { put, remove, refused, kind, ids }: Vocabulary<View, Op>,
): void {
  const test = (title: string, run: (driver: () => Driver<View, Op>) => Promise<void>): unknown =>
    it(title, async () => {
      await using workspace = await makeWorkspace('suite');
      await run(() => makeDriver(workspace.within('store.db')));
    });
  const present = async (reader: Reader<View>): Promise<string[]> =>
    (await reader.withSnapshot(async ({ view }) => await ids(view))).toSorted();

  describe(`store: ${name}`, () => {
    test('S1: a batch is there whole or not at all, wherever its bad op stands', async (driver) => {
      await using store = await openStore(driver());
      const good = [...put('a'), ...put('b'), ...put('c')];
      for (let place = 0; place <= good.length; place += 1) {
        await failsWith('CONSTRAINT', store.write(good.toSpliced(place, 0, ...refused)));
        assert.deepEqual(await present(store), []);
      }
      await store.write(good);
      assert.deepEqual(await present(store), ['a', 'b', 'c']);
    });

    test('S1: in one group commit a bad batch fails alone', async (driver) => {
      await using store = await openStore(driver());
      const batches = Array.from({ length: 40 }, (_, place) => [
        ...put(`${place}`),
        ...(place % 4 === 1 ? refused : []),
      ]);
      const settled = await Promise.allSettled(batches.map((ops) => store.write(ops)));
      const good = settled.flatMap(({ status }, place) => (status === 'fulfilled' ? [`${place}`] : []));
      assert.equal(good.length, 30);
      assert.deepEqual(await present(store), good.toSorted());
    });

    test('S2, S3: what was acknowledged is there after a reopen, and epochs go on without a gap', async (driver) => {
      for (let epoch = 1; epoch <= 4; epoch += 1) {
        await using store = await openStore(driver());
        assert.equal((await present(store)).length, epoch - 1);
        await failsWith('CONSTRAINT', store.write(refused));
        assert.equal((await store.write(put(`${epoch}`), { durability: 'power-loss' })).epoch, epoch);
      }
    });

    test('S3: changes name what each commit put and removed, or are NOT_SUPPORTED', async (driver) => {
      await using store = await openStore(driver());
      const { cursor } = await store.withSnapshot((snapshot) => ({ cursor: snapshot.cursor }));
      await store.write([...put('a'), ...put('b')]);
      await failsWith('CONSTRAINT', store.write([...put('lost'), ...refused]));
      await store.write([...remove('a'), ...put('c'), ...remove('c')]);
      const told: unknown[] = [];
      const follow = async (): Promise<void> => {
        for await (const change of store.changes({ since: cursor, signal: AbortSignal.timeout(10_000) })) {
          told.push([change.epoch, change.put[kind], change.removed[kind]]);
          if (told.length === 2) return;
        }
      };
      if (!store.capabilities.has('changes')) {
        await failsWith('NOT_SUPPORTED', follow());
        return;
      }
      await follow();
      assert.deepEqual(told, [
        [1, ['a', 'b'], undefined],
        [2, undefined, ['a', 'c']],
      ]);
    });

    test('S4: a snapshot stays as it is, and after its end every pull fails', async (driver) => {
      await using store = await openStore(driver());
      await store.write(put('a'));
      const snapshot = await store.snapshot();
      const { view } = snapshot;
      await store.write([...remove('a'), ...put('b')]);
      assert.deepEqual(await ids(view), ['a']);
      assert.deepEqual(await present(store), ['b']);
      await snapshot.close();
      await failsWith('SNAPSHOT_CLOSED', ids(view));
    });

    test('S5: the second writer is LOCKED out; shared writers take turns and lose nothing', async (driver) => {
      const first = await openStore(driver());
      await failsWith('LOCKED', openStore(driver()));
      await first.close();
      await using one = await openStore(driver(), { writer: 'shared' });
      await using two = await openStore(driver(), { writer: 'shared' });
      const writes = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : two).write(put(`${n}`)));
      await Promise.all(writes);
      assert.equal((await present(one)).length, 20);
      assert.deepEqual(await present(two), await present(one));
    });

    test('S6: a reader sees what is committed, makes nothing, and does not hold the writer up', async (driver) => {
      await failsWith('NOT_FOUND', openReader(driver()));
      await using store = await openStore(driver());
      await store.write(put('a'));
      await using reader = await openReader(driver());
      await reader.withSnapshot(async ({ view }) => {
        await store.write(put('b'));
        assert.deepEqual(await ids(view), ['a']);
      });
      assert.deepEqual(await present(reader), ['a', 'b']);
    });

    test('S8: a transaction id is applied once, also after a reopen', async (driver) => {
      for (const duplicate of [false, true, true]) {
        await using store = await openStore(driver());
        assert.equal((await store.write(put('a'), { transactionId: 'job 1' })).duplicate, duplicate);
        assert.deepEqual(await present(store), ['a']);
      }
    });
  });
}

async function failsWith(code: ErrorCode, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => isStoreError(error, code));
}

import assert from 'node:assert/strict';
import { putFact, remove } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { takeChanges } from '../support/take-changes.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { artifact, execution, step } from './samples.ts';

export const changes: RecordGroup = recordGroup('following changes', {
  'S3: the changes after a cursor name every commit in order, and what it put and removed': async (bed) => {
    const store = await bed.open({ now: () => 4711 });
    if (!store.capabilities.has('changes')) return;
    await store.write([execution('before')]);
    const since = await bed.cursor(store);
    await store.write([execution('e'), step('s', 'e', 0)]);
    await store.write([artifact('a', 'e'), execution('e', { name: 'again' })]);
    await store.write([remove('artifact', 'a'), execution('f'), remove('execution', 'f')]);
    const [first, second, third] = await takeChanges(store, since, 3);
    assert.deepStrictEqual([first?.epoch, second?.epoch, third?.epoch], [2, 3, 4]);
    assert.equal(first?.at, 4711);
    assert.deepStrictEqual([first?.put.execution, first?.put.step], [['e'], ['s']]);
    assert.deepStrictEqual([second?.put.execution, second?.put.artifact], [['e'], ['a']]);
    assert.deepStrictEqual(third?.removed.artifact, ['a']);
    assert.equal(third?.put.execution, undefined, 'what a commit puts and removes is not there to be read');
  },

  'S3: what goes with a removed execution is told too': async (bed) => {
    const store = await bed.open();
    if (!store.capabilities.has('changes')) return;
    await store.write([execution('e'), step('s', 'e', 0), artifact('a', 'e')]);
    const since = await bed.cursor(store);
    await store.write([remove('execution', 'e')]);
    const [change] = await takeChanges(store, since, 1);
    assert.deepStrictEqual(
      [change?.removed.execution, change?.removed.step, change?.removed.artifact],
      [['e'], ['s'], ['a']],
    );
  },

  'S3: a follower goes on from any change, repeats none and misses none, also after a reopen': async (
    bed,
  ) => {
    let store = await bed.open();
    if (!store.capabilities.has('changes')) return;
    await store.write([execution('first')]);
    const since = await bed.cursor(store);
    for (let place = 0; place < 6; place += 1) await store.write([execution(`e${place}`)]);
    const all = await takeChanges(store, since, 6);
    store = await bed.reopen(store);
    assert.deepStrictEqual(await takeChanges(store, since, 6), all);
    for (const [place, { cursor }] of all.slice(0, -1).entries()) {
      assert.deepStrictEqual(await takeChanges(store, cursor, 5 - place), all.slice(place + 1));
    }
  },

  'S3: a follower waits for what comes, and ends when its signal fires': async (bed) => {
    const store = await bed.open();
    if (!store.capabilities.has('changes')) return;
    await store.write([execution('first')]);
    const aborter = new AbortController();
    const follower = store
      .changes({ since: await bed.cursor(store), signal: aborter.signal })
      [Symbol.asyncIterator]();
    const coming = follower.next();
    const { epoch } = await store.write([putFact({ subject: 's', predicate: 'p', object: 'o' })]);
    assert.equal((await coming).value?.epoch, epoch);
    const nothing = follower.next();
    aborter.abort();
    assert.equal((await nothing).done, true);
  },

  'S3: a refused batch is no change': async (bed) => {
    const store = await bed.open();
    if (!store.capabilities.has('changes')) return;
    await store.write([execution('first')]);
    const since = await bed.cursor(store);
    await rejectsWith(
      'CONSTRAINT',
      async () => await store.write([execution('lost'), step('s', 'nobody', 0)]),
    );
    await store.write([execution('kept')]);
    const [change] = await takeChanges(store, since, 1);
    assert.deepStrictEqual(change?.put.execution, ['kept']);
  },

  'S3: a cursor of elsewhere or of the future is CURSOR_EXPIRED, and what is none INVALID_ARGUMENT': async (
    bed,
  ) => {
    const store = await bed.open();
    if (!store.capabilities.has('changes')) return;
    await store.write([execution('first')]);
    const here = await bed.cursor(store);
    const future = here.replace(/\d+$/, '99');
    for (const since of [future, 'another-lineage.0', `x${here}`]) {
      await rejectsWith('CURSOR_EXPIRED', async () => await takeChanges(store, since, 1), since);
    }
    for (const since of ['', 'nonsense', '.1', `${here}.5x`]) {
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await takeChanges(store, since, 1),
        JSON.stringify(since),
      );
    }
  },
});

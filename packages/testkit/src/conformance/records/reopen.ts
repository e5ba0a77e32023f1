import assert from 'node:assert/strict';
import { putFact, remove, removeFact } from '@stepwell/core';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { libraryOps } from './list-model.ts';
import { execution } from './samples.ts';

const fact = { subject: 's', predicate: 'p', object: 'o' };

export const reopen: RecordGroup = recordGroup('closing and opening again', {
  'S2: everything acknowledged is there after a reopen, and opening again changes nothing': async (bed) => {
    let store = await bed.open();
    await store.write([...libraryOps, putFact(fact), putFact({ ...fact, object: 'gone' })]);
    await store.write([removeFact({ ...fact, object: 'gone' }), remove('execution', 'e9')]);
    const before = await store.withSnapshot(async ({ view }) => await dumpRecords(view));
    for (let round = 0; round < 3; round += 1) {
      store = await bed.reopen(store);
      assert.deepStrictEqual(await store.withSnapshot(async ({ view }) => await dumpRecords(view)), before);
    }
  },

  'S3: the epoch goes on where it was': async (bed) => {
    let store = await bed.open();
    for (let expected = 1; expected <= 6; expected += 1) {
      assert.equal((await store.write([execution(`e${expected}`)])).epoch, expected);
      store = await bed.reopen(store);
      assert.equal(await store.withSnapshot(({ epoch }) => epoch), expected);
    }
  },

  'S2: the very last write before close is there': async (bed) => {
    let store = await bed.open();
    for (let place = 0; place < 5; place += 1) {
      await store.write([execution(`e${place}`)]);
      store = await bed.reopen(store);
      assert.notEqual(
        await store.withSnapshot(async ({ view }) => await view.get('execution', `e${place}`)),
        undefined,
      );
    }
  },

  'X-04: buffered writes are lost neither by flush nor by close': async (bed) => {
    let store = await bed.open();
    assert.equal((await store.write([execution('flushed')], { durability: 'none' })).epoch, null);
    await store.flush();
    assert.notEqual(
      await store.withSnapshot(async ({ view }) => await view.get('execution', 'flushed')),
      undefined,
    );
    await store.write([execution('closed')], { durability: 'none' });
    store = await bed.reopen(store);
    assert.notEqual(
      await store.withSnapshot(async ({ view }) => await view.get('execution', 'closed')),
      undefined,
    );
  },

  'X-27: writes that arrive during flush and close are stored, or refused, never lost': async (bed) => {
    const store = await bed.open();
    const writes = [store.write([execution('first')])];
    const flushing = store.flush();
    writes.push(store.write([execution('during flush')]));
    await flushing;
    const late = store.write([execution('before close')]);
    const closing = store.close();
    const refused = await store.write([execution('after close')]).then(
      () => false,
      () => true,
    );
    const settled = await Promise.allSettled([...writes, late]);
    await closing;
    const again = await bed.open();
    await again.withSnapshot(async ({ view }) => {
      for (const [place, id] of ['first', 'during flush', 'before close'].entries()) {
        const acknowledged = settled[place]?.status === 'fulfilled';
        assert.equal((await view.get('execution', id)) !== undefined, acknowledged, id);
      }
      assert.equal((await view.get('execution', 'after close')) !== undefined, !refused);
    });
  },
});

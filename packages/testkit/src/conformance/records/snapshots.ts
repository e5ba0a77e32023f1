import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { putFact, remove, removeFact, toArray } from '@stepwell/core';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { libraryOps } from './list-model.ts';
import { execution, step } from './samples.ts';

const fact = { subject: 's', predicate: 'p', object: 'o' };

export const snapshots: RecordGroup = recordGroup('snapshot isolation', {
  'S4: a snapshot shows the same whatever is written meanwhile': async (bed) => {
    const store = await bed.open();
    await store.write([...libraryOps, putFact(fact)]);
    const snapshot = await store.snapshot();
    const before = await dumpRecords(snapshot.view);
    const epoch = snapshot.epoch;
    await store.write([execution('e0', { name: 'changed', status: 'completed' }), removeFact(fact)]);
    await store.write([remove('execution', 'e1'), execution('new'), step('new-step', 'new', 0)]);
    await store.write([putFact({ ...fact, object: 'later' })]);
    assert.deepStrictEqual(await dumpRecords(snapshot.view), before);
    assert.equal(snapshot.epoch, epoch);
    assert.equal(await snapshot.view.get('execution', 'new'), undefined);
    assert.equal(await snapshot.view.count('step', { executionId: 'new' }), 0);
    await snapshot.close();
  },

  'S4: a snapshot that has read nothing yet is frozen too': async (bed) => {
    const store = await bed.open();
    await store.write([execution('before')]);
    const snapshot = await store.snapshot();
    await store.write([execution('after'), remove('execution', 'before')]);
    const ids = (await toArray(snapshot.view.list('execution'))).map(({ id }) => id);
    assert.deepStrictEqual(ids, ['before']);
    await snapshot.close();
  },

  'S4: snapshots of many epochs live side by side, each with its own state': async (bed) => {
    const store = await bed.open();
    const open = [];
    for (let expected = 0; expected < 12; expected += 1) {
      open.push(await store.snapshot());
      await store.write([execution(`e${expected}`)]);
    }
    for (const [expected, snapshot] of open.entries()) {
      assert.equal(snapshot.epoch, expected);
      assert.equal(await snapshot.view.count('execution'), expected);
    }
    // Closing one leaves the others alone.
    for (const snapshot of open.filter((_, place) => place % 2 === 0)) await snapshot.close();
    for (const [expected, snapshot] of open.entries()) {
      if (expected % 2 === 1) assert.equal((await toArray(snapshot.view.list('execution'))).length, expected);
    }
    await Promise.all(open.map((snapshot) => snapshot.close()));
  },

  'S4: what is acknowledged is in the next snapshot': async (bed) => {
    const store = await bed.open();
    for (let place = 0; place < 20; place += 1) {
      await store.write([execution(`e${place}`)]);
      assert.notEqual(
        await store.withSnapshot(async ({ view }) => await view.get('execution', `e${place}`)),
        undefined,
      );
    }
  },

  'S4: a snapshot taken while a writer commits shows exactly the commits up to its epoch': async (bed) => {
    const store = await bed.open();
    const epochOf = new Map<string, number>();
    const seen: { epoch: number; ids: string[] }[] = [];
    let writing = true;
    const writer = (async () => {
      for (let round = 0; round < 40; round += 1) {
        const ids = [`e${round}-a`, `e${round}-b`, `e${round}-c`];
        await Promise.all(
          ids.map(async (id) => {
            const { epoch } = await store.write([execution(id), step(`${id}-step`, id, 0)]);
            epochOf.set(id, epoch ?? Number.NaN);
          }),
        );
      }
      writing = false;
    })();
    const look = async (): Promise<void> => {
      while (writing) {
        // Lets timers and I/O of the writer through: a loop over a store in memory would never end its turn.
        await setImmediate();
        await store.withSnapshot(async ({ epoch, view }) => {
          const ids = (await toArray(view.list('execution'))).map(({ id }) => id);
          assert.equal(await view.count('step'), ids.length, 'both ops of each batch, or none');
          seen.push({ epoch, ids: ids.sort() });
        });
      }
    };
    await Promise.all([writer, look(), look(), look()]);
    for (const { epoch, ids } of seen) {
      const expected = [...epochOf].filter(([, written]) => written <= epoch).map(([id]) => id);
      assert.deepStrictEqual(ids, expected.sort(), `the snapshot at epoch ${epoch}`);
    }
  },

  'S4, SD-16: a snapshot within a snapshot has its own epoch, and its end leaves the outer one as it was':
    async (bed) => {
      const store = await bed.open();
      await store.write([execution('first')]);
      await store.withSnapshot(async (outer) => {
        await store.write([execution('second')]);
        const inner = await store.withSnapshot(async (snapshot) => {
          assert.equal(snapshot.epoch, outer.epoch + 1);
          assert.equal(
            await outer.view.count('execution'),
            1,
            'the outer one stands still within the inner one',
          );
          await store.withSnapshot(async ({ view }) => assert.equal(await view.count('execution'), 2));
          return await toArray(snapshot.view.list('execution', { order: 'oldest' }));
        });
        assert.deepStrictEqual(
          inner.map(({ id }) => id),
          ['first', 'second'],
        );
        assert.equal(await outer.view.count('execution'), 1, 'and after it');
        assert.equal(await outer.view.get('execution', 'second'), undefined);
      });
    },

  'S4: writing while a list is read disturbs neither': async (bed) => {
    const store = await bed.open();
    await store.write(Array.from({ length: 50 }, (_, place) => execution(`e${place}`)));
    await store.withSnapshot(async ({ view }) => {
      let read = 0;
      for await (const { id } of view.list('execution')) {
        read += 1;
        await store.write([remove('execution', id), execution(`new-${id}`)]);
      }
      assert.equal(read, 50);
    });
    const ids = await store.withSnapshot(async ({ view }) =>
      (await toArray(view.list('execution'))).map(({ id }) => id),
    );
    assert.ok(ids.length === 50 && ids.every((id) => id.startsWith('new-')));
  },

  'S4: two lists of one snapshot can be read in turns': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      const inner: number[] = [];
      for await (const { id } of view.list('execution', { limit: 4 })) {
        inner.push((await toArray(view.list('execution', { ids: [id] }))).length);
      }
      assert.deepStrictEqual(inner, [1, 1, 1, 1]);
      for await (const _ of view.list('execution')) break;
      assert.equal(
        (await toArray(view.list('execution'))).length,
        30,
        'a list that was left early harms no other',
      );
    });
  },
});

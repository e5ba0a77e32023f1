import assert from 'node:assert/strict';
import { toArray } from '@stepwell/core';
import { leftOpenOnPurpose } from '../support/left-open.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { dumpRecords } from './dump-records.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { libraryOps } from './list-model.ts';
import { execution } from './samples.ts';

export const readers: RecordGroup = recordGroup('readers are free', {
  'S6: a reader sees what the writer committed, before and after it came': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    const reader = await bed.openReader();
    const seen = async () => await reader.withSnapshot(async ({ view }) => await dumpRecords(view));
    assert.deepStrictEqual(
      await seen(),
      await store.withSnapshot(async ({ view }) => await dumpRecords(view)),
    );
    const { epoch } = await store.write([execution('later')]);
    await reader.withSnapshot(async (snapshot) => {
      assert.equal(snapshot.epoch, epoch);
      assert.notEqual(await snapshot.view.get('execution', 'later'), undefined);
    });
  },

  'S6: a reader has no way to write': async (bed) => {
    await bed.open();
    const reader = await bed.openReader();
    for (const name of ['write', 'flush', 'sync', 'maintenance']) assert.equal(name in reader, false, name);
  },

  'S6: the snapshot of a reader is frozen while the writer goes on, and neither waits for the other': async (
    bed,
  ) => {
    const store = await bed.open();
    await store.write(libraryOps);
    const reader = await bed.openReader();
    await reader.withSnapshot(async ({ view, epoch }) => {
      const before = await dumpRecords(view);
      for (let round = 0; round < 20; round += 1) await store.write([execution(`new-${round}`)]);
      assert.deepStrictEqual(await dumpRecords(view), before);
      assert.equal(await store.withSnapshot((snapshot) => snapshot.epoch), epoch + 20);
    });
  },

  'X-18: a reader that comes and goes changes nothing for the writer': async (bed) => {
    let store = await bed.open();
    for (let round = 0; round < 5; round += 1) {
      await store.write([execution(`before-${round}`)]);
      const reader = await bed.openReader();
      await reader.withSnapshot(async ({ view }) => await toArray(view.list('execution')));
      await store.write([execution(`beside-${round}`)]);
      await reader.close();
      await store.write([execution(`after-${round}`)]);
    }
    store = await bed.reopen(store);
    assert.equal(await store.withSnapshot(async ({ view }) => await view.count('execution')), 15);
  },

  'S6: several readers at once, also of a store that nobody writes': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.close();
    const open = await Promise.all([bed.openReader(), bed.openReader(), bed.openReader()]);
    for (const reader of open) {
      assert.equal(await reader.withSnapshot(async ({ view }) => await view.count('execution')), 30);
    }
    const [first, ...others] = open;
    await first?.close();
    for (const reader of others) {
      assert.equal(await reader.withSnapshot(async ({ view }) => await view.count('execution')), 30);
    }
  },

  'S6: a reader of a place where nothing is gets NOT_FOUND and makes nothing': async (bed) => {
    await rejectsWith('NOT_FOUND', async () => await bed.openReader());
    await rejectsWith('NOT_FOUND', async () => await bed.openReader(), 'the second try');
    const store = await bed.open();
    assert.equal(await store.withSnapshot(({ epoch }) => epoch), 0);
  },

  'S6: a closed reader is NOT_OPEN': async (bed) => {
    await bed.open();
    const reader = await bed.openReader({ onWarning: leftOpenOnPurpose });
    const snapshot = await reader.snapshot();
    const { view } = snapshot;
    await reader.close();
    await reader.close();
    await rejectsWith('NOT_OPEN', async () => await reader.snapshot());
    await rejectsWith('NOT_OPEN', async () => await reader.stats());
    await rejectsWith('SNAPSHOT_CLOSED', async () => await view.count('execution'));
  },
});

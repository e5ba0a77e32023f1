import assert from 'node:assert/strict';
import { putFact, type StoreWarning, toArray } from '@stepwell/core';
import { leftOpenOnPurpose } from '../support/left-open.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { libraryOps } from './list-model.ts';
import { execution } from './samples.ts';

const fact = { subject: 's', predicate: 'p', object: 'o' };

export const snapshotEnds: RecordGroup = recordGroup('the end of a snapshot', {
  'S4: two snapshots of one epoch end apart': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e')]);
    const [one, two] = [await store.snapshot(), await store.snapshot()];
    const { view } = one;
    await one.close();
    await rejectsWith('SNAPSHOT_CLOSED', async () => await view.get('execution', 'e'));
    assert.equal(await two.view.count('execution'), 1);
    await two.close();
  },

  'S4: after close every call and every pull is SNAPSHOT_CLOSED, also in the middle of a stream': async (
    bed,
  ) => {
    const store = await bed.open();
    await store.write([...libraryOps, putFact(fact), putFact({ ...fact, object: 'o2' })]);
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    const list = view.list('execution')[Symbol.asyncIterator]();
    const stream = view.facts().stream()[Symbol.asyncIterator]();
    assert.equal((await list.next()).done, false);
    assert.equal((await stream.next()).done, false);
    const unread = view.list('execution');
    await snapshot.close();
    await snapshot.close();
    await rejectsWith('SNAPSHOT_CLOSED', async () => await list.next(), 'a pull of a list');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await stream.next(), 'a pull of facts');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await toArray(unread), 'a list that was made before');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await view.get('execution', 'e0'), 'get');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await toArray(view.list('execution')), 'list');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await view.count('execution'), 'count');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await view.facts().all(), 'facts');
    await rejectsWith('SNAPSHOT_CLOSED', () => snapshot.view, 'the view of the snapshot');
  },

  'S4: after its deadline every later pull is SNAPSHOT_EXPIRED: truncated data never looks complete': async (
    bed,
  ) => {
    const warnings: StoreWarning[] = [];
    let expired = (): void => {};
    const hasExpired = new Promise<void>((resolve) => {
      expired = resolve;
    });
    const store = await bed.open({
      snapshotDeadline: 100,
      onWarning: (warning) => {
        warnings.push(warning);
        if (warning.id === 'snapshot.expired') expired();
      },
    });
    await store.write(libraryOps);
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    const list = view.list('execution')[Symbol.asyncIterator]();
    await list.next();
    await hasExpired;
    await rejectsWith('SNAPSHOT_EXPIRED', async () => await list.next(), 'a pull of a list');
    await rejectsWith('SNAPSHOT_EXPIRED', async () => await view.count('execution'), 'count');
    await snapshot.close();
    await rejectsWith('SNAPSHOT_EXPIRED', async () => await view.get('execution', 'e0'), 'get, after close');
    await store.write([execution('later')]);
    assert.equal(warnings.filter(({ id }) => id === 'snapshot.expired').length, 1);
  },

  'S4: closing the store closes its snapshots': async (bed) => {
    const store = await bed.open({ onWarning: leftOpenOnPurpose });
    await store.write([execution('e')]);
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    await store.close();
    await rejectsWith('SNAPSHOT_CLOSED', async () => await view.get('execution', 'e'));
    await snapshot.close();
  },
});

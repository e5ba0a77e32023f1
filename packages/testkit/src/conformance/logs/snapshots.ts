import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { appendLines, toArray } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { dumpLogs } from './dump-logs.ts';
import { type LogGroup, logGroup } from './group.ts';
import { someTexts } from './read-logs.ts';

export const snapshots: LogGroup = logGroup('snapshot isolation', {
  'S4: a snapshot shows the same whatever is appended meanwhile': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('a', someTexts(20)), appendLines('b', ['x'])]);
    const snapshot = await store.snapshot();
    const before = await dumpLogs(snapshot.view);
    for (let round = 0; round < 5; round += 1) {
      await store.write([
        appendLines('a', someTexts(50, `round ${round}`)),
        appendLines(`new-${round}`, ['x']),
      ]);
    }
    assert.deepStrictEqual(await dumpLogs(snapshot.view), before);
    assert.equal(
      (await toArray(snapshot.view.lines('a', { last: 1 })))[0]?.number,
      20,
      'last is the last of the snapshot',
    );
    assert.deepStrictEqual(await toArray(snapshot.view.search('round')), []);
    assert.equal((await snapshot.view.info('a'))?.lines, 20);
    assert.equal(await snapshot.view.info('new-1'), undefined);
    await snapshot.close();
  },

  'S4: snapshots of many epochs live side by side': async (bed) => {
    const store = await bed.open();
    const open = [];
    for (let expected = 0; expected < 10; expected += 1) {
      open.push(await store.snapshot());
      await store.write([appendLines('s', [`line ${expected + 1}`])]);
    }
    for (const [expected, snapshot] of open.entries()) {
      assert.equal(snapshot.epoch, expected);
      assert.deepStrictEqual(
        (await toArray(snapshot.view.lines('s'))).map(({ text }) => text),
        someTexts(expected),
      );
      await snapshot.close();
    }
  },

  'S4: a snapshot taken while a writer appends shows exactly the commits up to its epoch': async (bed) => {
    const store = await bed.open();
    let writing = true;
    const writer = (async () => {
      for (let round = 0; round < 60; round += 1) {
        const { epoch } = await store.write([appendLines('a', ['x', 'y']), appendLines('b', ['z'])]);
        assert.equal(epoch, round + 1);
      }
      writing = false;
    })();
    const look = async (): Promise<void> => {
      while (writing) {
        await setImmediate();
        await store.withSnapshot(async ({ epoch, view }) => {
          const a = await toArray(view.lines('a'));
          const b = await toArray(view.lines('b'));
          assert.deepStrictEqual([a.length, b.length], [2 * epoch, epoch], `the snapshot at epoch ${epoch}`);
          assert.ok([...a, ...b].every((line) => line.epoch <= epoch));
        });
      }
    };
    await Promise.all([writer, look(), look()]);
  },

  'S4: appending while a stream is read disturbs neither': async (bed) => {
    const store = await bed.open();
    await store.write([appendLines('s', someTexts(30))]);
    await store.withSnapshot(async ({ view }) => {
      let read = 0;
      for await (const line of view.lines('s')) {
        read += 1;
        assert.equal(line.number, read);
        await store.write([appendLines('s', ['more'])]);
      }
      assert.equal(read, 30);
    });
  },

  'S4: after close every call and every pull is SNAPSHOT_CLOSED, also in the middle of a stream': async (
    bed,
  ) => {
    const store = await bed.open();
    await store.write([appendLines('a', someTexts(10)), appendLines('b', ['x'])]);
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    const lines = view.lines('a')[Symbol.asyncIterator]();
    const matches = view.search('line')[Symbol.asyncIterator]();
    const names = view.streams()[Symbol.asyncIterator]();
    for (const iterator of [lines, matches, names]) assert.equal((await iterator.next()).done, false);
    await snapshot.close();
    await rejectsWith('SNAPSHOT_CLOSED', async () => await lines.next(), 'a pull of lines');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await matches.next(), 'a pull of matches');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await names.next(), 'a pull of streams');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await toArray(view.lines('a')), 'lines');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await toArray(view.search('line')), 'search');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await toArray(view.streams()), 'streams');
    await rejectsWith('SNAPSHOT_CLOSED', async () => await view.info('a'), 'info');
  },

  'S4: after its deadline every later pull is SNAPSHOT_EXPIRED: truncated data never looks complete': async (
    bed,
  ) => {
    let expired = (): void => {};
    const hasExpired = new Promise<void>((resolve) => {
      expired = resolve;
    });
    const store = await bed.open({
      snapshotDeadline: 100,
      onWarning: ({ id }) => {
        if (id === 'snapshot.expired') expired();
      },
    });
    await store.write([appendLines('s', someTexts(10))]);
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    const lines = view.lines('s')[Symbol.asyncIterator]();
    await lines.next();
    await hasExpired;
    await rejectsWith('SNAPSHOT_EXPIRED', async () => await lines.next(), 'a pull of lines');
    await rejectsWith('SNAPSHOT_EXPIRED', async () => await view.info('s'), 'info');
    await snapshot.close();
  },
});

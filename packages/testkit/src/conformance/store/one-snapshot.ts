import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { appendLines, isEnd, type Snapshot, type StepStatus, toArray } from '@stepwell/core';
import { execution, step } from '../records/samples.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { dumpStore } from './dump-store.ts';
import { type CombinedRecordView, type StoreGroup, storeGroup } from './group.ts';

const linesPerStep = 3;

/** What must hold in every snapshot of a writer that logs a step's lines before, or with, its end. */
async function checkSteps({ view, epoch }: Snapshot<CombinedRecordView>): Promise<void> {
  for await (const { id, status } of view.records.list('step')) {
    const lines = await toArray(view.logs.lines(id));
    assert.ok(
      lines.every((line) => line.epoch <= epoch),
      `a line from beyond epoch ${epoch}`,
    );
    assert.deepStrictEqual(
      lines.map(({ number }) => number),
      lines.map((_, place) => place + 1),
    );
    if (isEnd(status)) assert.equal(lines.length, linesPerStep, `step ${id} is ${status} and lacks a line`);
    else assert.ok(lines.length < linesPerStep, `step ${id} is ${status} and has a line of its end`);
  }
  for await (const stream of view.logs.streams()) {
    assert.notEqual(
      await view.records.get('step', stream),
      undefined,
      `lines of ${stream} without their step`,
    );
  }
}

export const oneSnapshot: StoreGroup = storeGroup('one snapshot of both sides', {
  'S4: a snapshot shows both sides the same, whatever is written meanwhile': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e'), step('s', 'e', 0), appendLines('s', ['one'])]);
    const snapshot = await store.snapshot();
    const before = await dumpStore(snapshot.view);
    await store.write([appendLines('s', ['two'])]);
    await store.write([step('s', 'e', 0, { status: 'completed' })]);
    await store.write([{ type: 'remove', kind: 'execution', id: 'e' }, appendLines('t', ['three'])]);
    assert.deepStrictEqual(await dumpStore(snapshot.view), before);
    await snapshot.close();
  },

  'S4: a finished step never lacks a log line, and no line comes before its step (concurrent writer)': async (
    bed,
  ) => {
    const store = await bed.open();
    await store.write([execution('e')]);
    let writing = true;
    const run = async (id: string, index: number): Promise<void> => {
      const moveTo = (status: StepStatus) => step(id, 'e', index, { status });
      await store.write([moveTo('running'), appendLines(id, ['begin'])]);
      await store.write([appendLines(id, ['middle'])]);
      await store.write([appendLines(id, ['end']), moveTo('completed')]);
    };
    const writer = (async () => {
      for (let round = 0; round < 12; round += 1) {
        await Promise.all([0, 1, 2].map((lane) => run(`s${round}-${lane}`, 3 * round + lane)));
      }
      writing = false;
    })();
    const look = async (): Promise<void> => {
      while (writing) {
        await setImmediate();
        await store.withSnapshot(checkSteps);
      }
    };
    await Promise.all([writer, look(), look(), look()]);
    await store.withSnapshot(checkSteps);
  },

  'S4: a snapshot taken at every moment of a commit shows all of it or nothing': async (bed) => {
    const store = await bed.open();
    const seen = new Set<number>();
    for (let round = 1; round <= 30; round += 1) {
      const writing = store.write([execution(`e${round}`), appendLines('s', [`line ${round}`])]);
      // Each further turn of the microtask queue lands at another moment of the commit.
      for (let turn = 0; turn < round; turn += 1) await undefined;
      const look = store.withSnapshot(async ({ epoch, view }) => {
        const count = await view.records.count('execution');
        const lines = await toArray(view.logs.lines('s'));
        assert.deepStrictEqual([count, lines.length], [epoch, epoch], `the snapshot at epoch ${epoch}`);
        seen.add(round - epoch);
      });
      await Promise.all([writing, look]);
    }
    assert.ok([...seen].every((behind) => behind === 0 || behind === 1));
  },

  'S6: a reader sees both sides at one epoch while the writer goes on': async (bed) => {
    await rejectsWith('NOT_FOUND', async () => await bed.openReader(), 'a reader of nothing');
    const store = await bed.open();
    await store.write([execution('first'), appendLines('s', ['line'])]);
    const reader = await bed.openReader();
    const looks: Promise<void>[] = [];
    for (let round = 2; round <= 25; round += 1) {
      const writing = store.write([execution(`e${round}`), appendLines('s', ['line'])]);
      looks.push(
        reader.withSnapshot(async ({ epoch, view }) => {
          assert.equal(await view.records.count('execution'), epoch);
          assert.equal((await toArray(view.logs.lines('s'))).length, epoch);
        }),
      );
      await writing;
    }
    await Promise.all(looks);
    assert.equal(await reader.withSnapshot(({ epoch }) => epoch), 25);
  },

  'S4: after close both sides are SNAPSHOT_CLOSED, also in the middle of a stream': async (bed) => {
    const store = await bed.open();
    await store.write([execution('e'), execution('f'), appendLines('s', ['one', 'two'])]);
    const snapshot = await store.snapshot();
    const { view } = snapshot;
    const records = view.records.list('execution')[Symbol.asyncIterator]();
    const lines = view.logs.lines('s')[Symbol.asyncIterator]();
    await records.next();
    await lines.next();
    await snapshot.close();
    await rejectsWith('SNAPSHOT_CLOSED', async () => await records.next());
    await rejectsWith('SNAPSHOT_CLOSED', async () => await lines.next());
  },
});

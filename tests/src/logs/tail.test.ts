import {
  appendLines,
  type CombinedView,
  combine,
  type LogLine,
  openReader,
  openStore,
  type Reader,
  type RecordView,
  type TailOptions,
  tail,
} from '@stepwell/core';
import { fileLogs } from '@stepwell/log-writer';
import { MemoryDisk, makeWorkspace, memoryLogs, memoryRecords, runChild } from '@stepwell/testkit';
import { open, openReadOnly } from 'stepwell';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { worlds } from '../fixtures/worlds.ts';
import { wrapDriver } from '../fixtures/wrap-driver.ts';

type View = CombinedView<RecordView>;

const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, place) => `line ${from + place}`);

/** The first `count` lines of a tail, as `number:text`. */
async function take(
  reader: Reader<View>,
  count: number,
  options: TailOptions = {},
  each: (line: LogLine) => Promise<void> | void = () => {},
): Promise<string[]> {
  const taken: string[] = [];
  for await (const line of tail(reader, 'a', options)) {
    taken.push(`${line.number}:${line.text}`);
    await each(line);
    if (taken.length === count) break;
  }
  return taken;
}

async function snapshotsOf(reader: Reader<unknown>): Promise<number | undefined> {
  return (await reader.stats()).find(({ name }) => name === 'store.snapshots')?.value;
}

describe.each(worlds)('tail, in %s', (_, makeWorld) => {
  test('S4: what is there, then what comes, each line once and in order; by its own handle and another', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    await store.write([appendLines('a', numbered(1, 3))]);
    await using reader = await openReader(world.driver());
    const all = Array.from({ length: 203 }, (_, place) => `${place + 1}:line ${place + 1}`);
    const tails = [take(store, 203), take(reader, 203)];
    for (let next = 4; next <= 203; next += 10) {
      await store.write([appendLines('a', numbered(next, 10)), appendLines('b', ['of another stream'])]);
    }
    for (const taken of await Promise.all(tails)) expect(taken).toEqual(all);
  });

  test('a stream that does not exist yet is waited for', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    const taking = take(store, 1);
    await store.write([appendLines('b', ['another'])]);
    await store.write([appendLines('a', ['first'])]);
    expect(await taking).toEqual(['1:first']);
  });

  test('it begins with a number, with the last so many, or with the next to come', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    await store.write([appendLines('a', numbered(1, 9))]);
    expect(await take(store, 2, { from: 8 })).toEqual(['8:line 8', '9:line 9']);
    expect(await take(store, 2, { last: 2 })).toEqual(['8:line 8', '9:line 9']);
    expect(await take(store, 1, { from: 9, last: 5 })).toEqual(['9:line 9']);
    const next = take(store, 1, { last: 0 });
    const beyond = take(store, 1, { from: 11 });
    // Not before both have looked.
    await store.withSnapshot(() => {});
    await store.write([appendLines('a', numbered(10, 1))]);
    await store.write([appendLines('a', numbered(11, 1))]);
    expect(await next).toEqual(['10:line 10']);
    expect(await beyond).toEqual(['11:line 11']);
  });

  test('S10: a slow consumer holds no snapshot, and misses nothing that is written meanwhile', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    await store.write([appendLines('a', numbered(1, 2_500))]);
    const taken = await take(store, 2_600, {}, async ({ number }) => {
      if (number !== 10) return;
      expect(await snapshotsOf(store)).toBe(0);
      await store.write([appendLines('a', numbered(2_501, 100))]);
    });
    expect(taken).toEqual(numbered(1, 2_600).map((text, place) => `${place + 1}:${text}`));
  });

  test('a signal ends it: before, between two lines, and while it waits', async () => {
    await using world = await makeWorld();
    await using store = await openStore(world.driver());
    await store.write([appendLines('a', numbered(1, 3))]);
    expect(await take(store, 9, { signal: AbortSignal.abort() })).toEqual([]);
    const between = new AbortController();
    expect(await take(store, 9, { signal: between.signal }, () => between.abort())).toEqual(['1:line 1']);
    const waiting = new AbortController();
    const ended = take(store, 9, { signal: waiting.signal }, ({ number }) => {
      if (number === 3) setImmediate(() => waiting.abort());
    });
    expect(await ended).toHaveLength(3);
  });

  test('S11: a reader that closes ends it with NOT_OPEN', async () => {
    await using world = await makeWorld();
    const store = await openStore(world.driver());
    await store.write([appendLines('a', numbered(1, 1))]);
    const ended = codeOf(
      take(store, 9, {}, () => {
        setImmediate(() => void store.close());
      }),
    );
    expect(await ended).toBe('NOT_OPEN');
    expect(await codeOf(take(store, 1))).toBe('NOT_OPEN');
  });

  test('whoever leaves the loop leaves no watch and no snapshot behind', async () => {
    await using world = await makeWorld();
    let watches = 0;
    const inner = world.driver();
    const driver = wrapDriver(inner, {
      watch: (wake) => {
        const watching = inner.watch?.(wake);
        watches += 1;
        return {
          close: () => {
            watches -= 1;
            watching?.close();
          },
        };
      },
    });
    await using store = await openStore(driver);
    await store.write([appendLines('a', numbered(1, 5))]);
    await take(store, 5, {}, () => expect(watches).toBe(1));
    const failing = take(store, 5, {}, () => Promise.reject(new Error('of the consumer')));
    await expect(failing).rejects.toThrow('of the consumer');
    expect([watches, await snapshotsOf(store)]).toEqual([0, 0]);
  });
});

test('S1: lines of a commit that is under way are not shown, and never those of one that failed', async () => {
  const disk = new MemoryDisk();
  await using workspace = await makeWorkspace('tail');
  const records = memoryRecords({ disk });
  let fails = true;
  const driver = combine({
    records: wrapDriver(records, {
      prepare: async (batches, meta) => {
        const prepared = await records.prepare(batches, meta);
        const commit: typeof prepared.commit = async (seal) => {
          if (!fails) return await prepared.commit(seal);
          // By now the lines are in the file; whoever looks at it is woken.
          await new Promise((resolve) => setTimeout(resolve, 30));
          throw new Error('the disk said no');
        };
        return { ...prepared, commit };
      },
    }),
    logs: fileLogs({ directory: workspace.within('logs') }),
  });
  await using store = await openStore(driver);
  const taking = take(store, 1);
  expect(await codeOf(store.write([appendLines('a', ['never happened'])]))).toBe('IO');
  fails = false;
  await store.write([appendLines('a', ['happened'])]);
  expect(await taking).toEqual(['1:happened']);
});

test('logs alone are followed as those beside records are', async () => {
  await using workspace = await makeWorkspace('tail');
  for (const driver of [memoryLogs(), fileLogs({ directory: workspace.within('logs') })]) {
    await using store = await openStore(driver);
    const texts: string[] = [];
    const done = (async () => {
      for await (const { text } of tail(store, 'a')) {
        texts.push(text);
        if (text === 'end') return;
      }
    })();
    for (const text of ['1', '2', 'end']) await store.write([appendLines('a', [text])]);
    await done;
    expect(texts).toEqual(['1', '2', 'end']);
  }
});

test('S4: what another process writes comes, each line once', async () => {
  await using workspace = await makeWorkspace('tail');
  const directory = workspace.within('store');
  await (await open(directory)).close();
  await using child = runChild<{ ready: boolean }>(new URL('../fixtures/line-writer.mjs', import.meta.url), {
    args: [directory, 'a', '2000'],
  });
  await child.waitFor(({ ready }) => ready);
  await using reader = await openReadOnly(directory);
  const taking = take(reader.store, 2_000);
  child.send('go');
  expect(await taking).toEqual(numbered(1, 2_000).map((text, place) => `${place + 1}:${text}`));
});

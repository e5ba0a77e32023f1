import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OpenContext } from '../contract/driver.ts';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { type Script, ScriptedDisk, ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openReader } from '../store/open-reader.ts';
import { openStore } from '../store/open-store.ts';
import type { StoreOptions } from '../store/store-options.ts';

type Turn = NonNullable<OpenContext['turn']>;

/** A store whose driver has let its turn out. */
async function openWithTurn(script: Script = {}, options: StoreOptions = {}, disk = new ScriptedDisk()) {
  let turn: Turn | undefined;
  const driver = new ScriptedDriver(
    {
      ...script,
      open: async (context) => {
        turn = context.turn;
        await script.open?.(context);
      },
    },
    disk,
  );
  const store = await openStore(driver, { onWarning: () => {}, ...options });
  if (turn === undefined) throw new Error('no turn was handed out');
  return { driver, store, turn };
}

/** A commit that stops until it is let go. */
function heldCommit() {
  const inside = latch();
  const goOn = latch();
  const commit = async (apply: () => void): Promise<void> => {
    inside.open();
    await goOn.passed;
    apply();
  };
  return { inside, goOn, commit };
}

test.each(['exclusive', 'shared'] as const)(
  'S5 %s: a turn of the driver never overlaps a commit or another turn, of any handle',
  async (writer) => {
    const disk = new ScriptedDisk();
    let busy = 0;
    let overlaps = 0;
    const alone = async (): Promise<void> => {
      busy += 1;
      if (busy > 1) overlaps += 1;
      await turnOfLoop();
      busy -= 1;
    };
    const script: Script = {
      commit: async (apply) => {
        await alone();
        apply();
      },
    };
    const handles = await Promise.all(
      Array.from({ length: writer === 'shared' ? 3 : 1 }, () => openWithTurn(script, { writer }, disk)),
    );
    const work = handles.flatMap(({ store, turn }, handle) =>
      Array.from({ length: 20 }, async (_, count) => {
        for (let n = 0; n < count % 4; n += 1) await turnOfLoop();
        return count % 2 === 0 ? await store.write([`${handle}/${count}`]) : await turn(alone);
      }),
    );
    await Promise.all(work);
    expect(overlaps).toBe(0);
    expect(disk.applied).toHaveLength(10 * handles.length);
    await Promise.all(handles.map(({ store }) => store.close()));
  },
);

test('S5 shared: a turn is under the writer lock, and its driver has caught up', async () => {
  const disk = new ScriptedDisk();
  const { driver, store, turn } = await openWithTurn({}, { writer: 'shared' }, disk);
  const other = await openWithTurn({}, { writer: 'shared' }, disk);
  await other.store.write(['of another']);
  const found = await turn(async () => ({ locked: disk.locks.has('writer'), calls: [...driver.calls] }));
  expect(found).toEqual({ locked: true, calls: ['open write', 'refresh'] });
  expect(disk.locks.has('writer')).toBe(false);
  // The head that it caught up with is what the next commit builds on.
  expect((await store.write(['own'])).epoch).toBe(2);
  await store.close();
  await other.store.close();
});

test('S5: a turn waits for the group that commits, and not for those behind it', async () => {
  const { inside, goOn, commit } = heldCommit();
  const order: string[] = [];
  const { store, turn } = await openWithTurn({ commit });
  const first = store.write(['first']).then(() => order.push('first'));
  await inside.passed;
  const second = store.write(['second']).then(() => order.push('second'));
  const asked = turn(async () => order.push('turn'));
  goOn.open();
  await Promise.all([first, second, asked]);
  expect(order).toEqual(['first', 'turn', 'second']);
  await store.close();
});

test('S5: turns that come without end leave every second place to a group', async () => {
  const order: string[] = [];
  const { store, turn } = await openWithTurn();
  let left = 6;
  const again = async (): Promise<void> => {
    order.push('turn');
    left -= 1;
    // What is left when the store closes is refused.
    if (left > 0) void turn(again).catch(() => {});
  };
  const done = Promise.all([turn(again), turn(again)]);
  const writing = store.write(['a']).then(() => {
    order.push('group');
    return store.write(['b']).then(() => order.push('group'));
  });
  await Promise.all([done, writing]);
  expect(order.slice(0, 4)).toEqual(['turn', 'group', 'turn', 'group']);
  await store.close();
});

test('S11: a turn that throws fails alone, with what it threw', async () => {
  const { driver, store, turn } = await openWithTurn();
  const fault = new Error('no space for the manifest');
  const [refused, written] = await Promise.allSettled([
    turn(() => Promise.reject(fault)),
    store.write(['a']),
    turn(() => {
      // Also before there is a promise.
      throw fault;
    }).catch(() => 'caught'),
  ]);
  expect(refused).toEqual({ status: 'rejected', reason: fault });
  expect(written).toMatchObject({ status: 'fulfilled', value: { epoch: 1 } });
  expect(await turn(async () => 'next')).toBe('next');
  expect(driver.calls).toEqual(['open write', 'prepare', 'commit']);
  await store.close();
});

test('S2: a poisoned store has no turns', async () => {
  const { store, turn } = await openWithTurn({
    rollback: () => {
      throw new Error('could not roll back');
    },
  });
  expect(await codeOf(store.write(['reject']))).toBe('POISONED');
  let ran = false;
  expect(
    await codeOf(
      turn(async () => {
        ran = true;
      }),
    ),
  ).toBe('POISONED');
  expect(ran).toBe(false);
  await store.close().catch(() => {});
});

test('S11 shared: a turn for which the lock or the catching up fails is typed, and has not begun', async () => {
  let fail: unknown;
  const refresh: Script['refresh'] = async (head) => {
    if (fail !== undefined) throw fail;
    return head;
  };
  const { driver, store, turn } = await openWithTurn({ refresh }, { writer: 'shared', busyWait: 5 });
  let begun = 0;
  const work = async (): Promise<void> => {
    begun += 1;
  };
  const hog = await driver.locks.acquire('writer', { mode: 'exclusive' });
  await expect(turn(work)).rejects.toMatchObject({ code: 'BUSY', retryable: true });
  await hog.release();
  fail = new StoreError('CORRUPT', 'a damaged page');
  expect(await codeOf(turn(work))).toBe('CORRUPT');
  fail = new Error('the disk said no');
  expect(await codeOf(turn(work))).toBe('IO');
  fail = undefined;
  await turn(work);
  expect(begun).toBe(1);
  await store.close();
});

test('a turn that is asked for while the store opens waits until it is open', async () => {
  const order: string[] = [];
  let asked: Promise<unknown> | undefined;
  const { store } = await openWithTurn({
    open: async ({ turn }) => {
      asked = turn?.(async () => order.push('turn'));
      await turnOfLoop();
      order.push('open');
    },
  });
  await asked;
  expect(order).toEqual(['open', 'turn']);
  await store.close();
});

test('a turn of a store that could not open is NOT_OPEN', async () => {
  let asked: Promise<string> | undefined;
  let later: Turn | undefined;
  const open = openWithTurn({
    open: async ({ turn }) => {
      later = turn;
      asked = turn && codeOf(turn(async () => {}));
      throw new StoreError('CORRUPT', 'a damaged page');
    },
  });
  expect(await codeOf(open)).toBe('CORRUPT');
  expect(await asked).toBe('NOT_OPEN');
  expect(await codeOf(later?.(async () => {}) ?? Promise.resolve())).toBe('NOT_OPEN');
});

test('S2: close lets the turn that runs come to its end, refuses those that wait, and closes the driver last', async () => {
  const inside = latch();
  const goOn = latch();
  const { driver, store, turn } = await openWithTurn();
  const running = turn(async () => {
    inside.open();
    await goOn.passed;
    driver.calls.push('turn ended');
    return 'done';
  });
  await inside.passed;
  const waiting = codeOf(turn(async () => driver.calls.push('never')));
  const written = store.write(['a']);
  const closing = store.close();
  expect(await waiting).toBe('NOT_OPEN');
  expect(await codeOf(turn(async () => driver.calls.push('never')))).toBe('NOT_OPEN');
  goOn.open();
  await closing;
  expect(await running).toBe('done');
  expect((await written).epoch).toBe(1);
  expect(driver.calls).toEqual(['open write', 'turn ended', 'prepare', 'commit', 'close']);
});

test('S2: a group that is put off keeps no turn waiting', async () => {
  const { driver, store, turn } = await openWithTurn({}, { writer: 'shared', busyWait: 5 });
  const hog = await driver.locks.acquire('writer', { mode: 'exclusive' });
  await store.write(['buffered'], { durability: 'none' });
  expect(await codeOf(store.flush())).toBe('BUSY');
  await hog.release();
  expect(await turn(async () => 'turn')).toBe('turn');
  await store.flush();
  expect(driver.disk.applied).toEqual(['buffered']);
  await store.close();
});

test('drivers get the locks of the store, to read too; only those who write get turns', async () => {
  const seen: OpenContext[] = [];
  const script: Script = {
    open: async (context) => {
      seen.push(context);
    },
  };
  const driver = new ScriptedDriver(script);
  await (await openStore(driver)).close();
  const reading = new ScriptedDriver(script, driver.disk);
  await (await openReader(reading)).close();
  expect(seen.map(({ locks }) => locks)).toEqual([driver.locks, reading.locks]);
  expect(seen.map(({ turn }) => typeof turn)).toEqual(['function', 'undefined']);
});

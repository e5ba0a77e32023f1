import { existsSync, readdirSync } from 'node:fs';
import { openStore, type Store } from '@stepwell/core';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';

type Loose = Record<string, (...given: unknown[]) => Promise<unknown>>;

const refused: readonly (readonly [string, readonly unknown[], string])[] = [
  ['backup', [{ destination: 'copy.db' }], 'destination'],
  ['backup', [], 'destination'],
  ['backup', [''], 'destination'],
  ['backup', ['a\0b'], 'destination'],
  ['backup', ['copy.db', { sginal: undefined }], 'options.sginal'],
  ['backup', ['copy.db', 'other.db'], 'options'],
  ['checkpoint', [{ wait: 5 }], 'options.wait'],
  ['checkpoint', [{ signal: 5 }], 'options.signal'],
  ['verify', [{ deep: true }], 'options.deep'],
  ['optimize', [{ signal: {} }], 'options.signal'],
  ['optimize', [null], 'options'],
];

test.each(refused)(
  'S9, S11: maintenance.%s(%o…) is refused by the name of what is wrong',
  async (task, given, option) => {
    await using place = await databaseIn('options');
    await using store: Store<unknown, never> = (await openStore(
      sqliteRecords({ path: place.path }),
    )) as never;
    const maintenance = store.maintenance as unknown as Loose;
    const inPlace = given.map((one) => (one === 'copy.db' ? place.workspace.within('copy.db') : one));
    await expect(maintenance[task]?.(...inPlace)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { option },
    });
    expect(readdirSync(place.workspace.within('.')).filter((name) => name.startsWith('copy'))).toEqual([]);
  },
);

test('a signal that is left out, or is not aborted, is none', async () => {
  await using place = await databaseIn('options');
  await using store = await openStore(sqliteRecords({ path: place.path }));
  const copy = place.workspace.within('copy.db');
  await store.maintenance.backup(copy, { signal: new AbortController().signal });
  expect(existsSync(copy)).toBe(true);
  await expect(store.maintenance.verify({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
});

test('S9: a task whose signal has fired is ABORTED', async () => {
  await using place = await databaseIn('options');
  await using store = await openStore(sqliteRecords({ path: place.path }));
  const copy = place.workspace.within('copy.db');
  const signal = AbortSignal.abort();
  const { maintenance } = store;
  for (const call of [
    maintenance.checkpoint({ signal }),
    maintenance.verify({ signal }),
    maintenance.optimize({ signal }),
    maintenance.backup(copy, { signal }),
  ]) {
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
  }
  expect(existsSync(copy)).toBe(false);
});

import { expect, test } from 'vitest';
import { isStoreError } from '../errors/store-error.ts';
import { ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openStore } from './open-store.ts';
import type { WriteOptions } from './store.ts';

const { proxy: gone, revoke } = Proxy.revocable<string[]>([], {});
revoke();

function thrown(): never {
  throw new RangeError('no');
}

test.each<[string, unknown, unknown]>([
  ['no list', 'abc', {}],
  ['a list that is gone', gone, {}],
  ['a list that throws', new Proxy([], { get: thrown }), {}],
  ['an op that cannot be had', Object.defineProperty([], 0, { get: thrown }), {}],
  ['null as options', ['a'], null],
  ['options that are gone', ['a'], gone],
  ['an option that throws', ['a'], Object.defineProperty({}, 'signal', { get: thrown, enumerable: true })],
  ['a misspelt option', ['a'], { durabilty: 'none' }],
  ['a very long name of an option', ['a'], { ['x'.repeat(1e6)]: 1 }],
  ['a signal that throws', ['a'], { signal: new Proxy({}, { getPrototypeOf: thrown }) }],
  [
    'a signal that cannot be asked',
    ['a'],
    { signal: new Proxy(new AbortController().signal, { get: thrown }) },
  ],
])('S11: to write %s is INVALID_ARGUMENT, briefly, and the store goes on', async (_, ops, options) => {
  const store = await openStore(new ScriptedDriver());
  const error = await store.write(ops as string[], options as WriteOptions).catch((caught) => caught);
  expect(isStoreError(error, 'INVALID_ARGUMENT') || error).toBe(true);
  expect(error.message.length).toBeLessThan(500);
  expect(await store.write(['b'])).toMatchObject({ epoch: 1 });
  await store.close();
});

test('S11: a clock that gives no time fails the write that needs it, by name', async () => {
  let time = 5.5;
  const driver = new ScriptedDriver();
  const store = await openStore(driver, { now: () => time });
  await store.write(['a']);
  expect(driver.metas[0]?.at).toBe(5);
  time = Number.NaN;
  await expect(store.write(['b'])).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('options.now'),
  });
  time = 7;
  expect(await store.write(['c'])).toMatchObject({ epoch: 2 });
  await store.close();
});

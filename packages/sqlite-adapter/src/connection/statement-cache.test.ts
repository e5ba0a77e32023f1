import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { openWriter } from './open-connection.ts';

test('a statement is compiled once, except while it is taken out', async () => {
  await using place = await databaseIn('cache');
  const connection = openWriter(place.path, { cacheKiB: 100 });
  const { objects, tuples } = connection;
  const sql = 'SELECT 1 AS one';
  const first = objects.get(sql);
  expect(objects.get(sql)).toBe(first);
  const taken = objects.take(sql);
  expect(taken).toBe(first);
  expect(objects.get(sql)).not.toBe(first);
  objects.giveBack(sql, taken);
  expect([objects.size, first.get(), tuples.get(sql).get()]).toEqual([1, { one: 1n }, [1]]);
  connection.close();
});

test('the cache is bounded, and drops what was used least recently', async () => {
  await using place = await databaseIn('cache');
  const connection = openWriter(place.path, { cacheKiB: 100 });
  const cache = connection.objects;
  const kept = cache.get('SELECT -1');
  const dropped = cache.get('SELECT -2');
  for (let index = 0; index < 255; index += 1) {
    cache.get(`SELECT ${index}`);
    cache.get('SELECT -1');
  }
  expect(cache.size).toBe(256);
  expect(cache.get('SELECT -1')).toBe(kept);
  expect(cache.get('SELECT -2')).not.toBe(dropped);
  connection.close();
});

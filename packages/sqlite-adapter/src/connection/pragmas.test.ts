import { expect, test } from 'vitest';
import { databaseIn } from '../fixtures/open-driver.ts';
import { openCopySource, openReader, openWriter } from './open-connection.ts';
import { applyPragmas } from './pragmas.ts';

test('SF-17..27: each connection has its settings, read back from SQLite', async () => {
  await using place = await databaseIn('pragmas');
  const writer = openWriter(place.path, { cacheKiB: 1_000 });
  const reader = openReader(place.path, { cacheKiB: 1_000 });
  const settings = (connection: typeof writer): unknown[] =>
    [
      'journal_mode',
      'busy_timeout',
      'foreign_keys',
      'cache_size',
      'temp_store',
      'mmap_size',
      'query_only',
    ].map((name) => connection.pragma(name));
  expect(settings(writer)).toEqual(['wal', 0, 1, -1_000, 1, 0, 0]);
  expect(settings(reader)).toEqual(['wal', 0, 1, -1_000, 1, 0, 1]);
  expect([writer.pragma('synchronous'), writer.pragma('wal_autocheckpoint')]).toEqual([1, 0]);
  reader.close();
  writer.close();
});

test('SF-25: a setting that SQLite does not take is told by its name', async () => {
  await using place = await databaseIn('pragmas');
  const writer = openWriter(place.path, { cacheKiB: 1_000 });
  writer.exec('BEGIN IMMEDIATE');
  // Foreign keys cannot be switched within a transaction, which SQLite does not mention.
  writer.exec('ROLLBACK; PRAGMA foreign_keys = 0; BEGIN');
  expect(() => applyPragmas(writer, 'reader', { cacheKiB: 1 })).toThrowError(
    expect.objectContaining({
      code: 'NOT_SUPPORTED',
      details: { pragma: 'foreign_keys', wanted: 1, actual: 0 },
    }),
  );
  writer.rollback();
  writer.close();
});

test('S6: a reader can write by no means', async () => {
  await using place = await databaseIn('pragmas');
  const writer = openWriter(place.path, { cacheKiB: 1_000 });
  writer.exec('CREATE TABLE t (a)');
  for (const open of [openReader, openCopySource]) {
    const reader = open(place.path, { cacheKiB: 1_000 });
    reader.pragma('query_only = 0');
    expect(() => reader.exec('INSERT INTO t VALUES (1)')).toThrowError(/readonly/);
    reader.close();
  }
  writer.close();
});

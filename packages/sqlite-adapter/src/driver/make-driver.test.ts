import { expect, test } from 'vitest';
import { sqliteDriver, sqliteRecords } from '../index.ts';

const refused = (message: string): unknown =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });

test.each([
  [{}, 'options.path must name a file'],
  [{ path: '' }, 'options.path must be a path'],
  [{ path: ':memory:' }, 'cannot hold snapshots'],
  [{ path: 'file:x?mode=memory' }, 'cannot hold snapshots'],
  [{ path: 'x', cachebytes: 1 }, 'there is no options.cachebytes; did you mean options.cacheBytes?'],
  [{ path: 'x', cacheBytes: 1 }, 'options.cacheBytes must be a whole number from 1024 up'],
  [{ path: 'x', locks: {} }, 'options.locks must be an object with acquire'],
  ['x', 'options must be a plain object'],
])('SF-25: options of a driver that cannot be are refused by name: %j', (options, message) => {
  expect(() => sqliteRecords(options as never)).toThrowError(refused(message));
});

test.each([
  [{ path: 'x' }, 'options.migrations must make the schema'],
  [{ path: 'x', migrations: { a: {} } }, 'the migration a has no up()'],
  [{ path: 'x', migrations: {}, changes: [] }, 'changes must name at least one table'],
  [{ path: 'x', migrations: {}, change: ['t'] }, 'did you mean options.changes?'],
  [{ path: 'x', migrations: {}, applicationId: -1 }, 'applicationId must be a positive 31-bit integer'],
])('SF-25: so are those of a schema of your own: %j', (options, message) => {
  expect(() => sqliteDriver(options as never)).toThrowError(refused(message));
});

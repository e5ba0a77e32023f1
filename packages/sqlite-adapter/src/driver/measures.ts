import type { Measure } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { sizeOf } from '../connection/database-files.ts';
import { readHead } from '../history/head.ts';
import { checkpoint } from '../maintenance/tasks/checkpoint.ts';
import type { SnapshotPool } from '../snapshots/snapshot-pool.ts';

/** SF-53: what a monitor wants to know of a database, read from a state that is held still. */
export function measureDatabase(
  connection: Connection,
  settings: { readonly cacheBytes: number; readonly now: number; readonly pool: SnapshotPool },
): readonly Measure[] {
  const { path } = connection;
  const { connections, epochs, oldestSince } = settings.pool.figures;
  return [
    {
      name: 'records.epoch',
      unit: 'count',
      value: readHead(connection).epoch,
      meaning: 'Commits since the store was made.',
    },
    bytes('records.db.bytes', sizeOf(path) ?? 0, 'Size of the database file.'),
    bytes(
      'records.wal.bytes',
      sizeOf(`${path}-wal`) ?? 0,
      'Size of the write-ahead log; what is written back stays in the file for reuse.',
    ),
    bytes('records.shm.bytes', sizeOf(`${path}-shm`) ?? 0, 'Size of the index of the write-ahead log.'),
    bytes('records.page.bytes', ask(connection, 'page_size'), 'Size of one page.'),
    bytes('records.cache.bytes', settings.cacheBytes, 'Most that the page cache of one connection takes.'),
    {
      name: 'records.pages',
      unit: 'count',
      value: ask(connection, 'page_count'),
      meaning: 'Pages of the database.',
    },
    {
      name: 'records.freelist',
      unit: 'count',
      value: ask(connection, 'freelist_count'),
      meaning: 'Of these, pages that hold nothing.',
    },
    {
      name: 'records.snapshots.connections',
      unit: 'count',
      value: connections,
      meaning: 'Read connections that are open, in use or spare.',
    },
    {
      name: 'records.snapshots.epochs',
      unit: 'count',
      value: epochs,
      meaning: 'Different epochs that snapshots of this process hold.',
    },
    {
      name: 'records.snapshots.oldest',
      unit: 'milliseconds',
      value: oldestSince === undefined ? 0 : Math.max(0, settings.now - oldestSince),
      meaning: 'Age of the oldest snapshot of this process; 0 when there is none.',
    },
  ];
}

/** How much of the log is in use; asked outside of any transaction. */
export function measureLog(connection: Connection): readonly Measure[] {
  const { frames, checkpointed } = checkpoint(connection, 'NOOP');
  return [
    { name: 'records.wal.frames', unit: 'count', value: frames, meaning: 'Pages in the write-ahead log.' },
    {
      name: 'records.wal.checkpointed',
      unit: 'count',
      value: checkpointed,
      meaning: 'Of these, pages that are in the database too.',
    },
  ];
}

function ask(connection: Connection, pragma: string): number {
  return Number(connection.pragma(pragma));
}

function bytes(name: string, value: number, meaning: string): Measure {
  return { name, unit: 'bytes', value, meaning };
}

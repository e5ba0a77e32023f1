import {
  type Change,
  type Cursor,
  type Epoch,
  formatCursor,
  parseCursor,
  StoreError,
  WakeUp,
} from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { retryBusy } from '../connection/retry-busy.ts';
import { migrationsKind } from './append-migration.ts';
import { readHead } from './head.ts';
import type { IdsByKind } from './touched.ts';
import { watchCommits } from './watch-commits.ts';

/** Commits read at a time. */
const chunkCommits = 100;

const commitsSql = `
  SELECT epoch, at, put, removed, extents FROM stepwell_commits WHERE epoch > ? ORDER BY epoch LIMIT ${chunkCommits}`;

type CommitRow = readonly [
  epoch: Epoch,
  at: number,
  put: string | null,
  removed: string | null,
  extents: string | null,
];

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly busyWait: number;
  /**
   * Kinds that the follower relies on, and is told of: a commit that does not name them all was made by a program that
   * does not follow them, and is as good as lost. Left out: whatever a commit names.
   */
  readonly follows?: readonly string[] | undefined;
}

/**
 * Commits after `since`, then every further one as it comes, until `signal` fires. Reads on a connection of its own,
 * outside of any transaction, so that a slow follower holds nothing back. While it waits it does nothing until the file
 * system tells of a write: see {@link watchCommits}.
 * @throws `CURSOR_EXPIRED`, `INVALID_ARGUMENT`, SQLite's own errors
 */
export async function* followCommits(
  connection: Connection,
  since: Cursor,
  options: FollowOptions,
): AsyncGenerator<Change> {
  const { signal, follows } = options;
  const patience = { wait: options.busyWait, doing: 'could not follow the commits', path: connection.path };
  let { lineage, epoch } = await retryBusy(() => checkCursor(connection, since), patience);
  using wakeUp = new WakeUp();
  // Before the first look: what is committed after it is told.
  const watching = watchCommits(connection, wakeUp.ring);
  signal.addEventListener('abort', wakeUp.ring);
  try {
    while (!signal.aborted) {
      const rows = await retryBusy(
        () => connection.tuples.get(commitsSql).all([epoch]) as CommitRow[],
        patience,
      );
      for (const row of rows) {
        // Pruned while the follower was slow, or before it came: it must start over from a snapshot.
        if (row[0] !== epoch + 1) throw expired(formatCursor(lineage, epoch));
        yield changeOf(lineage, row, follows);
        epoch = row[0];
        if (signal.aborted) return;
      }
      if (rows.length < chunkCommits) await wakeUp.rung();
    }
  } finally {
    signal.removeEventListener('abort', wakeUp.ring);
    watching.close();
  }
}

function checkCursor(connection: Connection, cursor: Cursor): { lineage: string; epoch: Epoch } {
  const place = parseCursor(cursor);
  if (place === undefined)
    throw new StoreError('INVALID_ARGUMENT', `not a cursor: ${JSON.stringify(cursor)}`);
  const head = readHead(connection);
  if (place.lineage !== head.lineage || place.epoch > head.epoch) throw expired(cursor);
  return place;
}

function changeOf(
  lineage: string,
  [epoch, at, put, removed, extents]: CommitRow,
  follows: readonly string[] | undefined,
): Change {
  const cursor = formatCursor(lineage, epoch);
  const change = { cursor, epoch, at, extents: fromJson<number>(extents) };
  const told = { put: fromJson<readonly string[]>(put), removed: fromJson<readonly string[]>(removed) };
  if (Object.hasOwn(told.put, migrationsKind)) throw migrated(cursor);
  if (follows === undefined) return { ...change, ...told };
  const silent = follows.filter((kind) => !Object.hasOwn(told.put, kind));
  if (silent.length > 0) throw untold(cursor, silent);
  return { ...change, put: pick(told.put, follows), removed: pick(told.removed, follows) };
}

/** Of `ids`, the kinds that are followed and were touched. */
function pick(ids: IdsByKind, follows: readonly string[]): IdsByKind {
  const told = Object.entries(ids).filter(([kind, list]) => list.length > 0 && follows.includes(kind));
  return Object.fromEntries(told);
}

function fromJson<Value>(stored: string | null): Readonly<Record<string, Value>> {
  return stored === null ? {} : (JSON.parse(stored) as Record<string, Value>);
}

function expired(cursor: Cursor): StoreError {
  return new StoreError(
    'CURSOR_EXPIRED',
    `no history from ${cursor} on is kept; take a snapshot and start there`,
  );
}

function untold(cursor: Cursor, kinds: readonly string[]): StoreError {
  return new StoreError(
    'CURSOR_EXPIRED',
    `the commit ${cursor} was made by a program that does not follow ${kinds.join(', ')}; take a snapshot and start there`,
    { details: { cursor, kinds } },
  );
}

function migrated(cursor: Cursor): StoreError {
  return new StoreError(
    'CURSOR_EXPIRED',
    `the commit ${cursor} migrated the schema, and does not tell which rows it touched; take a snapshot and start there`,
    { details: { cursor } },
  );
}

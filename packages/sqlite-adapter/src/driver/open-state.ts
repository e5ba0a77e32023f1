import type { LockProvider, OpenContext, Pin } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { DatabaseFiles } from '../connection/database-files.ts';
import { openReader } from '../connection/open-connection.ts';
import { readHead } from '../history/head.ts';
import { Checkpointer } from '../maintenance/checkpointer.ts';
import type { MaintenanceThread } from '../maintenance/maintenance-thread.ts';
import { checkpoint } from '../maintenance/tasks/checkpoint.ts';
import { SnapshotPool } from '../snapshots/snapshot-pool.ts';
import type { Model } from './model.ts';
import { type DatabaseOptions, openForReading, openForWriting } from './open-database.ts';
import type { ResolvedSettings } from './settings.ts';
import { Writer } from './writer.ts';

/** What is open between `open` and `close`. */
export interface OpenState<View, Op> {
  readonly context: OpenContext;
  /** Reads what is committed, outside of any snapshot. The writer's connection, where there is one. */
  readonly control: Connection;
  readonly writing: Writing<View, Op> | undefined;
  /**
   * Opens a further connection to the database that `control` has open.
   * @throws `POISONED` when another is in its place; SQLite's own errors
   */
  readonly openReader: () => Connection;
  readonly pool: SnapshotPool;
  /** Snapshots that are out. */
  readonly pins: Set<Pin<View>>;
  /** Ends those who follow changes. */
  readonly closing: AbortController;
}

export interface Writing<View, Op> {
  readonly writer: Writer<View, Op>;
  readonly checkpointer: Checkpointer;
}

export interface StateOptions<View, Op> {
  readonly model: Model<View, Op>;
  readonly database: DatabaseOptions;
  readonly settings: ResolvedSettings;
  readonly locks: LockProvider;
  readonly thread: MaintenanceThread;
}

export async function openState<View, Op>(
  options: StateOptions<View, Op>,
  context: OpenContext,
): Promise<OpenState<View, Op>> {
  const { database } = options;
  const isWriting = context.mode === 'write';
  const control = isWriting ? await openForWriting(database, context.now) : await openForReading(database);
  try {
    const files = new DatabaseFiles(database.path);
    const openSame = (): Connection => openSameDatabase(files, database);
    options.thread.watch(files);
    const pool = new SnapshotPool({
      limit: options.settings.snapshotConnections,
      open: openSame,
      currentHead: () => readHead(control),
      now: context.now,
    });
    const writing = isWriting ? makeWriting(options, { control, files, context, pool }) : undefined;
    const closing = new AbortController();
    return { context, control, writing, openReader: openSame, pool, pins: new Set(), closing };
  } catch (error) {
    control.close();
    throw error;
  }
}

/** Lets go of everything, also when one part of it fails. */
export async function closeState<View, Op>(
  state: OpenState<View, Op>,
  thread: MaintenanceThread,
): Promise<void> {
  state.closing.abort();
  const failures: unknown[] = [];
  const attempt = async (act: () => void | Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      failures.push(error);
    }
  };
  for (const pin of state.pins) await attempt(() => pin.release());
  await attempt(() => state.writing?.checkpointer.close());
  await attempt(() => thread.close());
  await attempt(() => state.pool.close());
  await attempt(() => closeControl(state));
  if (failures.length > 0) throw failures[0];
}

/**
 * The connection that writes goes last: when it is the last of all processes, it writes the log back and deletes it. Not
 * so where nothing was written: who opened the store only to find, with its followers, that something is wrong leaves it
 * as it was. A connection that cannot write, and goes after it, sees to that.
 */
function closeControl<View, Op>({ control, writing, openReader: openSame }: OpenState<View, Op>): void {
  const isUntouched = writing !== undefined && !hasWritten(control) && checkpoint(control, 'NOOP').frames > 0;
  const guard = isUntouched ? openSame() : undefined;
  try {
    // Its first read is what makes it one of those who use the log.
    guard?.tuples.get('SELECT count(*) FROM sqlite_schema').get();
  } finally {
    control.close();
    guard?.close();
  }
}

function hasWritten(connection: Connection): boolean {
  const [changes] = connection.tuples.get('SELECT total_changes()').get() as [number];
  return changes > 0;
}

/** Two connections of one handle never see two databases: a path may lead to another one by now. */
function openSameDatabase(files: DatabaseFiles, { path, pragmas }: DatabaseOptions): Connection {
  files.checkDatabase();
  const connection = openReader(path, pragmas);
  try {
    files.checkDatabase();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

interface WritingParts {
  readonly control: Connection;
  readonly files: DatabaseFiles;
  readonly context: OpenContext;
  readonly pool: SnapshotPool;
}

function makeWriting<View, Op>(
  { model, settings, thread, locks }: StateOptions<View, Op>,
  { control: connection, files, context, pool }: WritingParts,
): Writing<View, Op> {
  const { busyWait, retention, checkpointBytes, walWarnBytes } = settings;
  const oldestSnapshot = (): number | undefined => pool.figures.oldestSince;
  const checkpointer = new Checkpointer({
    connection,
    thread,
    locks,
    warn: context.warn,
    checkpointBytes,
    walWarnBytes,
    oldestSnapshot,
    pauseWriter: (work) => writer.pause(work),
    onFailure: (error) => writer.poison.take(error),
  });
  const onCommit = (): void => checkpointer.afterCommit();
  const writer = new Writer(connection, model, { files, busyWait, retention, onCommit });
  return { writer, checkpointer };
}

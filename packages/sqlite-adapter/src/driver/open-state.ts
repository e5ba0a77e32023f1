import type { LockProvider, OpenContext, Pin } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { openReader } from '../connection/open-connection.ts';
import { readHead } from '../history/head.ts';
import { Checkpointer } from '../maintenance/checkpointer.ts';
import type { MaintenanceThread } from '../maintenance/maintenance-thread.ts';
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
  const control = isWriting ? await openForWriting(database) : await openForReading(database);
  try {
    const pool = new SnapshotPool({
      limit: options.settings.snapshotConnections,
      open: () => openReader(database.path, database.pragmas),
      currentHead: () => readHead(control),
      now: context.now,
    });
    const writing = isWriting ? makeWriting(options, control, context, pool) : undefined;
    return { context, control, writing, pool, pins: new Set(), closing: new AbortController() };
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
  // The connection that writes goes last: when it is the last of all processes, it writes the log back and deletes it.
  await attempt(() => state.control.close());
  if (failures.length > 0) throw failures[0];
}

function makeWriting<View, Op>(
  { model, settings, thread, locks }: StateOptions<View, Op>,
  connection: Connection,
  { warn }: OpenContext,
  pool: SnapshotPool,
): Writing<View, Op> {
  const { busyWait, retention, checkpointBytes, walWarnBytes } = settings;
  const oldestSnapshot = (): number | undefined => pool.figures.oldestSince;
  const checkpointer = new Checkpointer({
    connection,
    thread,
    locks,
    warn,
    checkpointBytes,
    walWarnBytes,
    oldestSnapshot,
    pauseWriter: (work) => writer.pause(work),
  });
  const onCommit = (): void => checkpointer.afterCommit();
  const writer = new Writer(connection, model, { busyWait, retention, onCommit });
  return { writer, checkpointer };
}

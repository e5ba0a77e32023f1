import { declareCrashPoints } from '@stepwell/core';

/** Where a death of the process between two effects must be harmless; testkit tries each. */
export const sqliteCrashPoints = [
  /** The file exists; nothing is in it. */
  'sqlite:migrate.before',
  /** The schema is there, but not committed. */
  'sqlite:migrate.applied',
  /** The transaction of a group is open. */
  'sqlite:begin.after',
  /** The group was rolled back, and is about to be applied batch by batch. */
  'sqlite:replay.before',
  /** All ops are applied; neither sealed nor committed. */
  'sqlite:ops.applied',
  /** The commit row is written; the transaction is still open. */
  'sqlite:commit.before',
  /** Committed, not acknowledged. */
  'sqlite:commit.after',
  /** The maintenance lock is held; the checkpoint has not begun. */
  'sqlite:checkpoint.before',
  /** The checkpoint is done; the lock is still held. */
  'sqlite:checkpoint.after',
  /** The copy is complete under its temporary name. */
  'sqlite:backup.written',
] as const;

/** One of {@link sqliteCrashPoints}. */
export type SqliteCrashPoint = (typeof sqliteCrashPoints)[number];

export const crashPoint: (point: SqliteCrashPoint) => void = declareCrashPoints(sqliteCrashPoints);

import { declareCrashPoints } from '@stepwell/core';

/** Where a death of the process must be harmless: the suite dies at each of them. */
export const logCrashPoints = [
  'log:created',
  'log:append.before',
  'log:append.after',
  'log:fsync.before',
  'log:fsync.after',
  'log:rollback.before',
  'log:rollback.after',
  'log:segment.roll.before',
  'log:segment.indexed',
  'log:segment.created',
  'log:segment.rolled',
  'log:manifest.tmp',
  'log:manifest.renamed',
  'log:recover.cut.before',
  'log:recover.cut.after',
  'log:lost.before',
  'log:lost.after',
  'log:publish.before',
  'log:publish.pinned',
  'log:publish.after',
  'log:collect.before',
  'log:collect.unpinned',
  'log:collect.deleted',
  'log:collect.after',
  'log:compact.reserved',
  'log:compact.begun',
  'log:compact.written',
  'log:compact.published',
  'log:repair.reserved',
  'log:repair.written',
  'log:repair.manifest.moved',
  'log:repair.published',
  'log:repair.moved',
  'log:repair.after',
] as const;

export type LogCrashPoint = (typeof logCrashPoints)[number];

export const logCrashPoint: (point: LogCrashPoint) => void = declareCrashPoints(logCrashPoints);

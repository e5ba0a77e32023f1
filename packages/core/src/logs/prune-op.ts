import { checkInteger, checkKey } from '../validation/check-value.ts';
import { refuseOthers } from '../validation/refuse-others.ts';

/** Takes the oldest lines out of a stream: see {@link pruneLines}. */
export interface PruneLinesOp {
  readonly type: 'prune-lines';
  readonly stream: string;
  /** The number of the last line to go; absent: all that there are when it is committed. */
  readonly through?: number;
}

/** What `write` answers for a {@link PruneLinesOp}. */
export interface PruneResult {
  readonly stream: string;
  /** As `StreamInfo.first` after it: the number of the first line that is kept, of all that will be; 1 for a stream that does not exist. */
  readonly first: number;
}

/**
 * Takes the lines of `stream` up to and including number `through` out of it; without a number, all that there are when
 * it is committed, those of earlier ops of its batch included. It is a write like any other: it has an epoch, and
 * snapshots from before it go on showing the lines (S4). Numbers are never used again: the next line gets the number
 * that it would have got. Later lines are not touched, whatever `through` says, and a stream that does not exist is not
 * made. The space comes back with `maintenance.compact()` and `maintenance.collect()`.
 *
 * When it is written, `INVALID_ARGUMENT` says that `through` is no integer from 0, or `stream` no name.
 *
 * @example
 * ```ts
 * import { appendLines, openStore, pruneLines } from '@stepwell/core';
 * import { memoryLogs } from '@stepwell/testkit';
 *
 * const store = await openStore(memoryLogs());
 * await store.write([appendLines('build', ['one', 'two', 'three']), pruneLines('build', 2)]);
 * console.log(await store.withSnapshot(async ({ view }) => (await view.info('build'))?.first)); // 3
 * await store.close();
 * ```
 */
export function pruneLines(stream: string, through?: number): PruneLinesOp {
  return { type: 'prune-lines', stream, ...(through !== undefined && { through }) };
}

const fields: ReadonlySet<string> = new Set(['type', 'stream', 'through']);

/** @throws `INVALID_ARGUMENT`; also for a field that is none, since a misspelt `through` would take every line */
export function admitPruneOp(op: PruneLinesOp): number {
  refuseOthers(op, fields, 'a prune of lines');
  const size = 50 + checkKey(op.stream, 'stream');
  if (op.through !== undefined) checkInteger(op.through, 'through', 0);
  return size;
}

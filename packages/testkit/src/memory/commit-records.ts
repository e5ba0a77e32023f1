import { type Change, type CommitMeta, type CommitSeal, formatCursor } from '@stepwell/core';
import { hasTouched, type Touched } from './apply-record-op.ts';
import type { RecordState } from './record-state.ts';

/** How long changes and transaction ids are kept (S3, S8), in milliseconds: seven days. */
const retention = 7 * 24 * 60 * 60 * 1000;

/** What a group did, collected while it was prepared. */
export interface GroupEffects {
  readonly touched: readonly Touched[];
  readonly transactionIds: readonly string[];
}

/** `draft`, which holds the ops of a group, as the committed state of `meta.epoch`. */
export function commitRecords(
  draft: RecordState,
  effects: GroupEffects,
  meta: CommitMeta,
  seal: CommitSeal,
): RecordState {
  const { epoch } = meta;
  const change = changeOf(draft, effects, meta, seal);
  let { extents, applied } = draft;
  for (const [stream, last] of Object.entries(seal.extents ?? {}))
    extents = extents.set(stream, { last, epoch });
  for (const id of effects.transactionIds) applied = applied.set(id, epoch);
  return forget(meta.at - retention, {
    ...draft,
    head: { ...draft.head, epoch, marks: { ...draft.head.marks, ...seal.marks } },
    extents,
    applied,
    commits: draft.commits.set(epoch, { change, transactionIds: effects.transactionIds }),
  });
}

function changeOf(
  draft: RecordState,
  { touched }: GroupEffects,
  { epoch, at }: CommitMeta,
  seal: CommitSeal,
): Change {
  const put: Record<string, string[]> = {};
  const removed: Record<string, string[]> = {};
  for (const one of touched) {
    const side = hasTouched(draft, one) ? put : removed;
    side[one.kind] ??= [];
    const ids = side[one.kind];
    if (ids !== undefined && !ids.includes(one.id)) ids.push(one.id);
  }
  return {
    cursor: formatCursor(draft.head.lineage, epoch),
    epoch,
    at,
    put,
    removed,
    extents: { ...seal.extents },
  };
}

/** Drops the history of commits older than `before`, oldest first. */
function forget(before: number, state: RecordState): RecordState {
  let { commits, applied } = state;
  for (const [epoch, commit] of state.commits.entries()) {
    if (commit.change.at >= before) break;
    commits = commits.delete(epoch);
    for (const id of commit.transactionIds) applied = applied.delete(id);
  }
  return { ...state, commits, applied };
}

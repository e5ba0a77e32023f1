import type { Batch, CommitMeta, CommitSeal, Prepared, Verdict } from '../contract/batch.ts';
import type { Driver } from '../contract/driver.ts';
import { declareCrashPoints } from '../crash/crash-point.ts';
import { StoreError } from '../errors/store-error.ts';
import type { LogOp } from '../logs/log-op.ts';
import { runAll } from '../store/run-all.ts';
import { mergeResults, type SplitBatch, splitBatch } from './split-batch.ts';

export const combineCrashPoints = [
  'combine:records.prepared',
  'combine:logs.prepared',
  'combine:committed',
] as const;
const crashPoint: (point: (typeof combineCrashPoints)[number]) => void =
  declareCrashPoints(combineCrashPoints);

/**
 * S1 across two backends. Under the writer lock:
 *
 *     records prepare ──► verdicts ──► logs append the accepted batches ──► records commit ──► logs publish
 *
 * The commit of the records decides. Before it, whatever the logs hold above the records' epoch never happened and
 * recovery cuts it; after it, everything is there.
 */
export async function prepareBoth<RecordView, RecordOp, LogView>(
  records: Driver<RecordView, RecordOp>,
  logs: Driver<LogView, LogOp>,
  batches: readonly Batch<RecordOp | LogOp>[],
  meta: CommitMeta,
): Promise<Prepared> {
  const splits = batches.map((batch) => splitBatch<RecordOp>(batch));
  const left = await records.prepare(
    splits.map((split) => split.records),
    meta,
  );
  let right: LogsPrepared | undefined;
  try {
    crashPoint('combine:records.prepared');
    right = await prepareLogs(logs, splits, left.verdicts, meta);
    checkAccepted(logs.name, right?.prepared);
    crashPoint('combine:logs.prepared');
    return bothPrepared(logs.name, splits, left, right, meta);
  } catch (error) {
    await rollbackBoth(left, right?.prepared).catch((second: unknown) => {
      throw new StoreError('POISONED', 'a commit of two backends failed and could not be rolled back', {
        cause: new AggregateError([error, second]),
      });
    });
    throw error;
  }
}

async function rollbackBoth(left: Prepared, right: Prepared | undefined): Promise<void> {
  await runAll(
    async () => await right?.rollback(),
    () => left.rollback(),
  );
}

interface LogsPrepared {
  readonly prepared: Prepared;
  /** Where each batch of the group stands among those that went to the logs. */
  readonly indexOf: ReadonlyMap<number, number>;
}

/** The logs' half; absent when no accepted batch writes lines, so that such a commit costs the logs nothing. */
async function prepareLogs<RecordOp, LogView>(
  logs: Driver<LogView, LogOp>,
  splits: readonly SplitBatch<RecordOp>[],
  verdicts: readonly Verdict[],
  meta: CommitMeta,
): Promise<LogsPrepared | undefined> {
  const accepted: Batch<LogOp>[] = [];
  const indexOf = new Map<number, number>();
  for (const [index, split] of splits.entries()) {
    if (verdicts[index]?.state !== 'ready' || split.logs.ops.length === 0) continue;
    indexOf.set(index, accepted.length);
    accepted.push(split.logs);
  }
  if (accepted.length === 0) return undefined;
  return { prepared: await logs.prepare(accepted, meta), indexOf };
}

/** Ops were admitted before they were queued, so a refusal is a fault of the driver and not of one batch. */
function checkAccepted(follower: string, prepared: Prepared | undefined): void {
  const refused = prepared?.verdicts.find((verdict) => verdict.state !== 'ready');
  if (refused === undefined) return;
  throw new StoreError('IO', `the driver ${follower} refused lines that it had admitted`, {
    cause: refused.state === 'rejected' ? refused.error : undefined,
  });
}

function bothPrepared<RecordOp>(
  follower: string,
  splits: readonly SplitBatch<RecordOp>[],
  left: Prepared,
  right: LogsPrepared | undefined,
  meta: CommitMeta,
): Prepared {
  const verdicts = left.verdicts.map((verdict, index): Verdict => {
    const split = splits[index];
    const logVerdict = right?.prepared.verdicts[right.indexOf.get(index) ?? -1];
    if (verdict.state !== 'ready' || logVerdict?.state !== 'ready' || split === undefined) return verdict;
    return { state: 'ready', results: mergeResults(split.toLogs, verdict.results, logVerdict.results) };
  });
  if (right === undefined)
    return { verdicts, commit: (seal) => left.commit(seal), rollback: () => left.rollback() };
  const { prepared } = right;
  return {
    verdicts,
    async commit(seal: CommitSeal) {
      const { extents = {} } = prepared;
      await left.commit({
        ...seal,
        marks: { ...seal.marks, logs: meta.epoch },
        extents: { ...seal.extents, ...extents },
      });
      crashPoint('combine:committed');
      try {
        await prepared.commit({});
      } catch (error) {
        // It is committed; only this handle does not show it. Recovery brings both together.
        throw new StoreError('POISONED', `the driver ${follower} lost track of a commit`, { cause: error });
      }
    },
    rollback: () => rollbackBoth(left, prepared),
  };
}

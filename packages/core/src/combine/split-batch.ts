import type { Batch } from '../contract/batch.ts';
import type { LogOp } from '../logs/log-op.ts';

/** A batch of a combined store, told apart: which ops go to which backend, and where their results belong. */
export interface SplitBatch<RecordOp> {
  readonly records: Batch<RecordOp>;
  readonly logs: Batch<LogOp>;
  /** For each op of the whole batch, in order: whether it went to the logs. Absent when none did. */
  readonly toLogs?: readonly boolean[];
}

/** Log ops bear their type; whatever else there is belongs to the records. */
export function isLogOp(op: unknown): op is LogOp {
  if (typeof op !== 'object' || op === null) return false;
  const { type } = op as { type?: unknown };
  return type === 'append-lines' || type === 'prune-lines';
}

const noLines: Batch<LogOp> = { ops: [] };

export function splitBatch<RecordOp>(batch: Batch<RecordOp | LogOp>): SplitBatch<RecordOp> {
  if (!batch.ops.some(isLogOp)) return { records: batch as Batch<RecordOp>, logs: noLines };
  const records: RecordOp[] = [];
  const logs: LogOp[] = [];
  const toLogs: boolean[] = [];
  for (const op of batch.ops) {
    const isLog = isLogOp(op);
    toLogs.push(isLog);
    if (isLog) logs.push(op);
    else records.push(op);
  }
  // The id stays with the records, which remember it (S8).
  return { records: { ...batch, ops: records }, logs: { ops: logs }, toLogs };
}

/** Results of both backends in the order of the ops. */
export function mergeResults(
  toLogs: readonly boolean[] | undefined,
  records: readonly unknown[],
  logs: readonly unknown[],
): readonly unknown[] {
  if (toLogs === undefined) return records;
  let record = 0;
  let log = 0;
  return toLogs.map((isLog) => (isLog ? logs[log++] : records[record++]));
}

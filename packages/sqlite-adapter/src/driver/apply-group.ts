import {
  type Batch,
  Breather,
  type CommitMeta,
  isStoreError,
  type StoreError,
  type Verdict,
} from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import { crashPoint } from '../crash-points.ts';
import { fromSqliteError } from '../errors/sqlite-error.ts';
import type { CommitLog } from '../history/commit-log.ts';
import { Touched } from '../history/touched.ts';
import type { OpWriter } from './model.ts';

export interface Group<Op> {
  /** Opens the transaction, once nobody else writes. */
  readonly begin: () => Promise<void>;
  readonly connection: Connection;
  readonly writer: OpWriter<Op>;
  readonly log: CommitLog;
  readonly batches: readonly Batch<Op>[];
  readonly meta: CommitMeta;
}

export interface AppliedGroup {
  readonly verdicts: readonly Verdict[];
  readonly touched: Touched;
}

/**
 * Applies all batches in one transaction, which is open afterwards. The event loop goes round now and then meanwhile.
 *
 * The good path has no savepoints, which would cost a fifth of the speed (measured). When a batch turns out to be bad,
 * everything is rolled back and done again with a savepoint around each, so that the bad one fails alone. One that
 * takes the whole transaction along, by `INSERT OR ROLLBACK` or `RAISE(ROLLBACK)`, is left out when the others are done
 * again, which happens as often as there is another such batch.
 * @throws what no batch is to blame for: a full disk, a damaged file; then nothing is left behind
 */
export async function applyGroup<Op>(group: Group<Op>): Promise<AppliedGroup> {
  const { connection, writer } = group;
  try {
    try {
      return await applyAll(group);
    } catch (error) {
      if (!isFaultOfBatch(error)) throw error;
    }
    return await replay(group);
  } catch (error) {
    connection.rollback();
    writer.rolledBack();
    throw error;
  }
}

async function applyAll<Op>(group: Group<Op>): Promise<AppliedGroup> {
  const application = await begin(group);
  const verdicts: Verdict[] = [];
  for (const batch of group.batches) verdicts.push(await applyBatch(application, batch));
  return applied(application, verdicts);
}

/** Applies each batch by itself, and all of them anew when one has rolled back more than it did. */
async function replay<Op>(group: Group<Op>): Promise<AppliedGroup> {
  const { connection, writer, batches } = group;
  /** Those that ended the transaction, by place. */
  const leftOut = new Map<number, Verdict>();
  for (;;) {
    connection.rollback();
    writer.rolledBack();
    crashPoint('sqlite:replay.before');
    const application = await begin(group);
    const verdicts: Verdict[] = [];
    for (const [place, batch] of batches.entries()) {
      const verdict = leftOut.get(place) ?? (await applyAlone(application, batch));
      verdicts.push(verdict);
      if (connection.inTransaction) continue;
      leftOut.set(place, verdict);
      break;
    }
    if (connection.inTransaction) return applied(application, verdicts);
  }
}

/** A group on its way through one transaction. */
interface Application<Op> {
  readonly group: Group<Op>;
  readonly touched: Touched;
  readonly breather: Breather;
}

async function begin<Op>(group: Group<Op>): Promise<Application<Op>> {
  await group.begin();
  crashPoint('sqlite:begin.after');
  return { group, touched: new Touched(group.writer.follows), breather: new Breather() };
}

function applied<Op>({ touched }: Application<Op>, verdicts: readonly Verdict[]): AppliedGroup {
  crashPoint('sqlite:ops.applied');
  return { verdicts, touched };
}

async function applyBatch<Op>(
  { group, touched, breather }: Application<Op>,
  { ops, transactionId }: Batch<Op>,
): Promise<Verdict> {
  const { connection, writer, log, meta } = group;
  try {
    if (transactionId !== undefined) {
      const epoch = log.appliedAt(transactionId);
      if (epoch !== undefined) return { state: 'duplicate', epoch };
    }
    const results: unknown[] = [];
    for (const op of ops) {
      results.push(writer.apply(op, touched.touch));
      if (breather.isDue) await breather.pause();
    }
    if (transactionId !== undefined) log.keepTransactionId(transactionId, meta.epoch);
    return { state: 'ready', results };
  } catch (error) {
    throw fromSqliteError(error, 'could not apply the batch', connection.path);
  }
}

async function applyAlone<Op>(application: Application<Op>, batch: Batch<Op>): Promise<Verdict> {
  const { group, touched } = application;
  const { connection, writer } = group;
  const mark = touched.mark();
  connection.exec('SAVEPOINT batch');
  try {
    const verdict = await applyBatch(application, batch);
    connection.exec('RELEASE batch');
    return verdict;
  } catch (error) {
    if (!isFaultOfBatch(error)) throw error;
    // It may have rolled back the whole transaction: then there is no savepoint to return to.
    if (connection.inTransaction) connection.exec('ROLLBACK TO batch; RELEASE batch');
    writer.rolledBack();
    touched.rewind(mark);
    return { state: 'rejected', error };
  }
}

/** Whether the batch itself is wrong; anything else would befall its neighbours too. */
function isFaultOfBatch(error: unknown): error is StoreError {
  return isStoreError(error, 'CONSTRAINT', 'INVALID_TRANSITION', 'INVALID_ARGUMENT', 'NOT_SUPPORTED');
}

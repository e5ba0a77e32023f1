import type { CommitMeta, Prepared, Verdict } from '../contract/batch.ts';
import type { Driver } from '../contract/driver.ts';
import { stronger } from '../contract/durability.ts';
import type { Head } from '../contract/head.ts';
import { declareCrashPoints } from '../crash/crash-point.ts';
import { isStoreError, StoreError, toStoreError } from '../errors/store-error.ts';
import type { Entry } from './entry.ts';

/** Where a death between two steps of a commit must be harmless. */
export const coreCrashPoints = ['core:group.taken', 'core:prepared', 'core:committed'] as const;
const crashPoint: (point: (typeof coreCrashPoints)[number]) => void = declareCrashPoints(coreCrashPoints);

/** What became of a group. */
export interface GroupOutcome {
  readonly head: Head;
  /** One for each entry, in order. */
  readonly verdicts: readonly Verdict[];
}

/**
 * S1: one group, one commit, one epoch. Under the writer lock.
 * @throws what failed the whole group: nothing of it is stored then, unless the code is `POISONED`
 */
export async function commitGroup<View, Op>(
  driver: Driver<View, Op>,
  head: Head,
  entries: readonly Entry<Op>[],
  at: number,
): Promise<GroupOutcome> {
  crashPoint('core:group.taken');
  const meta: CommitMeta = {
    epoch: head.epoch + 1,
    at,
    durability: entries.map((entry) => entry.durability).reduce(stronger, 'process-crash'),
  };
  const prepared = await prepare(driver, entries, meta);
  const { verdicts } = prepared;
  if (!verdicts.some((verdict) => verdict.state === 'ready')) {
    // Nothing to commit: no epoch is spent on duplicates and refusals (S3).
    await rollback(driver, prepared, undefined);
    return { head, verdicts };
  }
  try {
    await prepared.commit({});
    crashPoint('core:committed');
  } catch (error) {
    return { head: await headAfterUnclearCommit(driver, head, meta, error), verdicts };
  }
  return { head: { ...head, epoch: meta.epoch }, verdicts };
}

async function prepare<View, Op>(
  driver: Driver<View, Op>,
  entries: readonly Entry<Op>[],
  meta: CommitMeta,
): Promise<Prepared> {
  const batches = entries.map((entry) => entry.batch);
  const prepared = await driver.prepare(batches, meta);
  try {
    if (prepared.verdicts.length !== batches.length) {
      throw new StoreError(
        'IO',
        `the driver ${driver.name} gave ${prepared.verdicts.length} verdicts for ${batches.length} batches`,
      );
    }
    crashPoint('core:prepared');
    return prepared;
  } catch (error) {
    await rollback(driver, prepared, error);
    throw error;
  }
}

async function rollback<View, Op>(
  driver: Driver<View, Op>,
  prepared: Prepared,
  because: unknown,
): Promise<void> {
  try {
    await prepared.rollback();
  } catch (error) {
    throw new StoreError('POISONED', `the driver ${driver.name} could not roll back`, {
      cause: because === undefined ? error : new AggregateError([because, error]),
    });
  }
}

/**
 * S2: a commit that threw may have happened. The driver's own record decides; while it cannot be read, or says
 * something that is neither, nothing may be acknowledged or written any more.
 */
async function headAfterUnclearCommit<View, Op>(
  driver: Driver<View, Op>,
  before: Head,
  meta: CommitMeta,
  error: unknown,
): Promise<Head> {
  if (isStoreError(error, 'POISONED')) throw error;
  let after: Head;
  try {
    after = await driver.refresh();
  } catch (cause) {
    throw new StoreError('POISONED', `whether epoch ${meta.epoch} was committed cannot be told`, {
      cause: new AggregateError([error, cause]),
    });
  }
  if (after.lineage === before.lineage && after.epoch === meta.epoch) return after;
  if (after.lineage === before.lineage && after.epoch === before.epoch) {
    throw toStoreError(error, 'IO', `the driver ${driver.name} did not commit`);
  }
  throw new StoreError(
    'POISONED',
    `the store stands at epoch ${after.epoch} after a failed commit of ${meta.epoch}`,
    {
      cause: error,
    },
  );
}

import {
  type CombinedView,
  isStoreError,
  type RecordView,
  type Snapshot,
  type StoreWarning,
} from '@stepwell/core';
import { open, openReadOnly, type ReadOnlyStepwell } from 'stepwell';

/** What every reading command looks at. */
export type RunSnapshot = Snapshot<CombinedView<RecordView>>;

/** How long a look at the store may wait to store what it found. Milliseconds. */
const settleWait = 1000;

/**
 * Opens a store for reading. Where it holds runs whose recorder is dead, they are first stored as interrupted, which
 * only a writer may do (S7); where that is not possible, readers see the stored status and that nobody is alive.
 * @throws `NOT_FOUND CORRUPT SCHEMA_TOO_NEW IO`
 */
export async function openSettled(
  directory: string,
  { snapshotDeadline }: { readonly snapshotDeadline?: number } = {},
): Promise<ReadOnlyStepwell> {
  const reader = await openReadOnly(directory, {
    onWarning: warn,
    ...(snapshotDeadline !== undefined && { snapshotDeadline }),
  });
  try {
    if (await reader.store.withSnapshot(hasDeadRuns)) await settle(directory);
    return reader;
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function hasDeadRuns(snapshot: RunSnapshot): Promise<boolean> {
  for await (const run of snapshot.view.records.list('execution', { status: ['pending', 'running'] })) {
    if (run.session !== null && !(await snapshot.isLive(run.session))) return true;
  }
  return false;
}

/** Opening for writing settles what is dead. */
async function settle(directory: string): Promise<void> {
  try {
    const options = { writer: 'shared', busyWait: settleWait, purpose: 'stepwell', onWarning: warn } as const;
    await (await open(directory, options)).close();
  } catch (error) {
    // Somebody else writes, or nobody may: what is read says so itself.
    if (!isStoreError(error)) throw error;
  }
}

function warn({ message }: StoreWarning): void {
  process.stderr.write(`stepwell: warning: ${message}\n`);
}

import { type RecordedExecution, type StoreError, toStoreError } from '@stepwell/core';
import type { Verdict } from '../verdict.ts';

/** Stores how a run ended, with its last lines and the end of its open steps. Answers why it could not be stored. */
export async function storeVerdict(
  execution: RecordedExecution,
  verdict: Verdict,
): Promise<StoreError | undefined> {
  try {
    switch (verdict.status) {
      case 'ended':
        await execution.complete(verdict.exitCode);
        break;
      case 'failed':
      case 'refused':
        await execution.fail(verdict.reason, { exitCode: verdict.exitCode });
        break;
      case 'cancelled':
        await execution.cancel(verdict.reason);
        break;
      case 'timed-out':
        await execution.timeOut(verdict.reason);
    }
    return undefined;
  } catch (error) {
    return toStoreError(error, 'IO', 'the end of the run could not be stored');
  }
}

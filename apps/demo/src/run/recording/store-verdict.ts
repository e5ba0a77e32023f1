import type { RecordedExecution } from '@stepwell/core';
import type { Verdict } from '../verdict.ts';

/** Stores how a run ended, with its last lines and the end of its open steps. */
export async function storeVerdict(execution: RecordedExecution, verdict: Verdict): Promise<void> {
  switch (verdict.status) {
    case 'ended':
      return await execution.complete(verdict.exitCode);
    case 'failed':
    case 'refused':
      return await execution.fail(verdict.reason, { exitCode: verdict.exitCode });
    case 'cancelled':
      return await execution.cancel(verdict.reason);
    case 'timed-out':
      return await execution.timeOut(verdict.reason);
  }
}

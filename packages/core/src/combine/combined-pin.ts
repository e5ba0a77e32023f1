import type { Driver } from '../contract/driver.ts';
import type { Pin } from '../contract/pin.ts';
import { StoreError } from '../errors/store-error.ts';
import { runAll } from '../store/run-all.ts';

/** More tries than maintenance can publish generations in the time of one; beyond it something is wrong. */
const maxTries = 100;

/**
 * S4 across two backends: pin the logs, then the records, which fixes the epoch; when the files that were pinned are
 * no longer the current ones, the records may know lines that only newer files hold, so both are pinned anew.
 */
export async function pinBoth<RecordView, LogView>(
  records: Driver<RecordView, never>,
  logs: Driver<LogView, never>,
): Promise<Pin<{ readonly records: RecordView; readonly logs: LogView }>> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const logPin = await logs.pin();
    try {
      const recordPin = await records.pin();
      if (await isStillCurrent(logPin, recordPin)) {
        logPin.clamp?.(recordPin.head.epoch);
        return bothPinned(recordPin, logPin);
      }
    } catch (error) {
      await logPin.release();
      throw error;
    }
    await logPin.release();
  }
  throw new StoreError('BUSY', `the log files changed under ${maxTries} tries to pin them`);
}

async function isStillCurrent(logPin: Pin<unknown>, recordPin: Pin<unknown>): Promise<boolean> {
  let current = false;
  try {
    current = (await logPin.isCurrent?.()) ?? true;
    return current;
  } finally {
    if (!current) await recordPin.release();
  }
}

function bothPinned<RecordView, LogView>(
  recordPin: Pin<RecordView>,
  logPin: Pin<LogView>,
): Pin<{ readonly records: RecordView; readonly logs: LogView }> {
  return {
    head: recordPin.head,
    view: { records: recordPin.view, logs: logPin.view },
    expire() {
      recordPin.expire();
      logPin.expire();
    },
    async release() {
      await runAll(
        () => recordPin.release(),
        () => logPin.release(),
      );
    },
  };
}

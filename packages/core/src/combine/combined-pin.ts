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
  records: Pick<Driver<RecordView, unknown>, 'pin'>,
  logs: Pick<Driver<LogView, unknown>, 'pin'>,
): Promise<Pin<{ readonly records: RecordView; readonly logs: LogView }>> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const logPin = await logs.pin();
    const both = await pinRecordsOver(logPin, records);
    if (both !== undefined) return both;
  }
  throw new StoreError('BUSY', `the log files changed under ${maxTries} tries to pin them`);
}

/** The second half; `undefined`, and nothing left pinned, when the logs moved on meanwhile. */
async function pinRecordsOver<RecordView, LogView>(
  logPin: Pin<LogView>,
  records: Pick<Driver<RecordView, unknown>, 'pin'>,
): Promise<Pin<{ readonly records: RecordView; readonly logs: LogView }> | undefined> {
  let recordPin: Pin<RecordView> | undefined;
  let kept = false;
  try {
    recordPin = await records.pin();
    if ((await logPin.isCurrent?.()) === false) return undefined;
    logPin.clamp?.(recordPin.head.epoch);
    kept = true;
    return bothPinned(recordPin, logPin);
  } finally {
    if (!kept) {
      await runAll(
        async () => await recordPin?.release(),
        () => logPin.release(),
      );
    }
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

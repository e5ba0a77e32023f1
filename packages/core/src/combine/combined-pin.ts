import type { Driver } from '../contract/driver.ts';
import type { Head } from '../contract/head.ts';
import type { Pin } from '../contract/pin.ts';
import { StoreError } from '../errors/store-error.ts';
import { runAll } from '../store/run-all.ts';

/** More tries than maintenance can publish generations in the time of one; beyond it something is wrong. */
const maxTries = 100;

interface BothViews<RecordView, LogView> {
  readonly records: RecordView;
  readonly logs: LogView;
}

/**
 * S4 across two backends: pin the logs, then the records, which fixes the epoch; when the files that were pinned are
 * no longer the current ones, the records may know lines that only newer files hold, so both are pinned anew.
 */
export async function pinBoth<RecordView, LogView>(
  records: Pick<Driver<RecordView, unknown>, 'pin'>,
  logs: Pick<Driver<LogView, unknown>, 'pin'>,
): Promise<Pin<BothViews<RecordView, LogView>>> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const logPin = await logs.pin();
    let recordPin: Pin<RecordView> | undefined;
    let kept = false;
    try {
      recordPin = await records.pin();
      // Not the epoch: it may be that of a commit without lines, such as a migration, while a frame that bears the same
      // number is what a dead writer left.
      const mark = recordPin.head.marks.logs ?? 0;
      if ((await logPin.isCurrent?.(mark)) === false) continue;
      logPin.clamp?.(mark);
      kept = true;
      return new CombinedPin(recordPin, logPin);
    } finally {
      if (!kept) await releaseBoth(recordPin, logPin);
    }
  }
  throw new StoreError('BUSY', `the log files changed under ${maxTries} tries to pin them`);
}

/** Both let go, also when one of them fails. */
async function releaseBoth(records: Pin<unknown> | undefined, logs: Pin<unknown>): Promise<void> {
  try {
    await records?.release();
  } catch (error) {
    await runAll(
      () => Promise.reject(error),
      () => logs.release(),
    );
  }
  await logs.release();
}

class CombinedPin<RecordView, LogView> implements Pin<BothViews<RecordView, LogView>> {
  readonly head: Head;
  readonly #records: Pin<RecordView>;
  readonly #logs: Pin<LogView>;
  #view: BothViews<RecordView, LogView> | undefined;

  constructor(records: Pin<RecordView>, logs: Pin<LogView>) {
    this.head = records.head;
    this.#records = records;
    this.#logs = logs;
  }

  get view(): BothViews<RecordView, LogView> {
    this.#view ??= { records: this.#records.view, logs: this.#logs.view };
    return this.#view;
  }

  expire(): void {
    try {
      this.#records.expire();
    } finally {
      this.#logs.expire();
    }
  }

  async release(): Promise<void> {
    await releaseBoth(this.#records, this.#logs);
  }
}

import { type Reader, StoreError, toStoreError } from '@stepwell/core';
import { recordsOf } from '../measure/records-of.ts';

/** Reads something through a view; what it throws means that the store cannot be read. */
export type Probe<View> = (view: View) => Promise<unknown>;

/** How reading went. */
export interface ReadOutcome {
  /** Milliseconds. */
  readonly duration: number;
  /** `null` when it went well. */
  readonly error: StoreError | null;
}

/** SF-101: opens a snapshot and really reads through it, within `timeout` milliseconds. Never throws. */
export async function probeRead<View>(
  store: Reader<View>,
  probe: Probe<View>,
  timeout: number,
): Promise<ReadOutcome> {
  const start = performance.now();
  const outcome = (error: StoreError | null): ReadOutcome => ({ duration: performance.now() - start, error });
  try {
    await within(
      timeout,
      store.withSnapshot(async ({ view }) => await probe(view)),
    );
    return outcome(null);
  } catch (error) {
    return outcome(toStoreError(error, 'IO', `the store ${store.name} cannot be read`));
  }
}

/** The newest execution, where the view shows records; elsewhere that there is a view at all must do. */
export async function readNewest(view: unknown): Promise<void> {
  const records = recordsOf(view);
  if (records === undefined) return;
  for await (const _newest of records.list('execution', { limit: 1 }));
}

async function within<Result>(timeout: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new StoreError('BUSY', `no answer within ${timeout} ms`);
    timer = setTimeout(() => reject(error), timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

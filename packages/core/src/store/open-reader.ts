import type { Driver } from '../contract/driver.ts';
import { toStoreError } from '../errors/store-error.ts';
import { memoryLocks } from '../locks/memory-locks.ts';
import { claim } from './claim.ts';
import { ReaderHandle } from './reader-handle.ts';
import { runAll } from './run-all.ts';
import type { Reader } from './store.ts';
import { type ReaderOptions, readerOptionShape, resolveOptions } from './store-options.ts';

/**
 * S6: opens what a driver holds for reading only: it changes nothing on disk, and neither waits for a writer nor
 * makes it wait.
 * @throws `NOT_FOUND` when there is nothing; `CORRUPT SCHEMA_TOO_NEW IO INVALID_ARGUMENT`
 */
export async function openReader<View, Op>(
  driver: Driver<View, Op>,
  options: ReaderOptions = {},
): Promise<Reader<View>> {
  const settings = resolveOptions(options, readerOptionShape);
  const unclaim = claim(driver);
  const locks = driver.locks ?? memoryLocks();
  try {
    await driver.open({ mode: 'read', now: settings.now, warn: settings.onWarning, locks });
    return new ReaderHandle(driver, locks, settings, 'reader');
  } catch (error) {
    unclaim();
    await runAll(
      () => driver.close(),
      () => locks.close(),
    ).catch(() => {
      // The failure to open says why; that a half-opened driver could not close adds nothing.
    });
    throw toStoreError(error, 'IO', `the driver ${driver.name} could not open`);
  }
}

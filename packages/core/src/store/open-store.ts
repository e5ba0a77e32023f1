import { TurnQueue } from '../commit/turn-queue.ts';
import type { Driver } from '../contract/driver.ts';
import { toStoreError } from '../errors/store-error.ts';
import { memoryLocks } from '../locks/memory-locks.ts';
import { exclusiveTurns, sharedTurns, type WriterTurns } from '../locks/writer-turns.ts';
import { claim } from './claim.ts';
import { runAll } from './run-all.ts';
import type { Store } from './store.ts';
import { StoreHandle } from './store-handle.ts';
import { resolveOptions, type StoreOptions } from './store-options.ts';

/**
 * Opens, or makes, what a driver holds, for writing, and recovers it (S7).
 *
 * The lock comes first and goes last: nothing is read before it is held (SD-30), and nobody else writes until the
 * driver has let go of everything.
 *
 * @throws `LOCKED` with the holder when another writer has it (S5); `CORRUPT SCHEMA_TOO_NEW READ_ONLY NO_SPACE IO
 * INVALID_ARGUMENT`
 */
export async function openStore<View, Op>(
  driver: Driver<View, Op>,
  options: StoreOptions = {},
): Promise<Store<View, Op>> {
  const settings = resolveOptions(options);
  const unclaim = claim(driver);
  const locks = driver.locks ?? memoryLocks();
  const ownTurns = new TurnQueue();
  let turns: WriterTurns | undefined;
  let touched = false;
  try {
    turns =
      settings.writer === 'exclusive' ? await exclusiveTurns(locks, settings) : sharedTurns(locks, settings);
    const head = await turns.take(() => {
      touched = true;
      const { now, onWarning: warn, writer } = settings;
      return driver.open({ mode: 'write', now, warn, locks, turn: ownTurns.ask, writer });
    });
    return new StoreHandle({ driver, locks, turns, ownTurns, head, settings });
  } catch (error) {
    unclaim();
    ownTurns.end();
    await runAll(
      async () => touched && (await driver.close()),
      async () => await turns?.release(),
      () => locks.close(),
    ).catch(() => {
      // The failure to open says why; that a half-opened driver could not close adds nothing.
    });
    throw toStoreError(error, 'IO', `the driver ${driver.name} could not open`);
  }
}

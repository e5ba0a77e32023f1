import { isStoreError, type LockProvider } from '@stepwell/core';
import { pinName, pinPrefix, readPinName } from '../view/pin-name.ts';

/**
 * The lowest number of a pin lock that somebody may hold: one of a former manifest that is held, or `current`. Those below
 * it are removed: whoever was about to take one finds, when they look at the manifest again, that it has another number.
 *
 * @param looksOnly changes nothing; the answer may be old by then
 */
export async function oldestPin(locks: LockProvider, current: number, looksOnly: boolean): Promise<number> {
  const numbers = (await locks.list(pinPrefix)).map(readPinName);
  const former = numbers.filter((pins) => pins !== undefined && pins < current) as number[];
  for (const pins of former.sort((a, b) => a - b)) {
    const isFree = looksOnly ? await isUnheld(locks, pinName(pins)) : await locks.remove(pinName(pins));
    if (!isFree) return pins;
  }
  return current;
}

async function isUnheld(locks: LockProvider, name: string): Promise<boolean> {
  try {
    const lock = await locks.acquire(name, { mode: 'exclusive' });
    await lock.release();
    return true;
  } catch (error) {
    if (isStoreError(error, 'LOCKED')) return false;
    throw error;
  }
}

import type { Driver } from '../contract/driver.ts';
import { StoreError } from '../errors/store-error.ts';
import { describe } from '../validation/check-value.ts';

const claimed = new WeakSet<object>();

/**
 * A driver serves one handle, once: two on one driver would share state that each takes for its own.
 * @returns gives the driver free again, for an open that failed
 * @throws `INVALID_ARGUMENT`
 */
export function claim<View, Op>(driver: Driver<View, Op>): () => void {
  // Callers without types may give anything, an open store for one.
  if (typeof driver?.open !== 'function' || typeof driver.pin !== 'function') {
    throw new StoreError('INVALID_ARGUMENT', `a store is opened with a driver, not ${describe(driver)}`);
  }
  if (claimed.has(driver)) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `this driver (${driver.name}) was opened before; make a new one`,
    );
  }
  claimed.add(driver);
  return () => claimed.delete(driver);
}

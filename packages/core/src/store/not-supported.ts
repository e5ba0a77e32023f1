import { StoreError } from '../errors/store-error.ts';

export function notSupported(driver: string, capability: string): StoreError {
  return new StoreError('NOT_SUPPORTED', `the driver ${driver} does not offer ${capability}`, {
    details: { driver, capability },
  });
}

import type { Driver } from '../contract/driver.ts';
import type { Maintenance } from '../contract/maintenance.ts';
import { toStoreError } from '../errors/store-error.ts';
import type { Lifecycle } from './lifecycle.ts';
import { notSupported } from './reader-handle.ts';

/** A driver's maintenance with the checks around it; what it does not offer throws `NOT_SUPPORTED`. */
export function guardedMaintenance<View, Op>(driver: Driver<View, Op>, lifecycle: Lifecycle): Maintenance {
  async function guard<Result>(
    task: keyof Maintenance,
    call: (() => Promise<Result>) | undefined,
  ): Promise<Result> {
    lifecycle.check();
    if (call === undefined) throw notSupported(driver.name, task);
    try {
      return await call();
    } catch (error) {
      throw toStoreError(error, 'IO', `the driver ${driver.name} could not ${task}`);
    }
  }
  const { maintenance: own = {} } = driver;
  return {
    checkpoint: (options) => guard('checkpoint', own.checkpoint?.bind(own, options)),
    compact: (options) => guard('compact', own.compact?.bind(own, options)),
    collect: (options) => guard('collect', own.collect?.bind(own, options)),
    verify: (options) => guard('verify', own.verify?.bind(own, options)),
    repair: (options) => guard('repair', own.repair?.bind(own, options)),
    backup: (destination, options) => guard('backup', own.backup?.bind(own, destination, options)),
    optimize: (options) => guard('optimize', own.optimize?.bind(own, options)),
    prune: (options) => guard('prune', own.prune?.bind(own, options)),
  };
}

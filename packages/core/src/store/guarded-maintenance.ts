import type { Driver } from '../contract/driver.ts';
import type { Maintenance, MaintenanceOptions } from '../contract/maintenance.ts';
import { StoreError, toStoreError } from '../errors/store-error.ts';
import { checkOptions } from '../options/check-options.ts';
import { filePath } from '../options/option-checks.ts';
import type { OptionShape } from '../options/option-shape.ts';
import type { Lifecycle } from './lifecycle.ts';
import { collectShape, compactShape, maintenanceShape } from './maintenance-options.ts';
import { notSupported } from './not-supported.ts';

/**
 * A driver's maintenance with the checks around it: what it does not offer throws `NOT_SUPPORTED`, options that do not exist
 * or cannot be `INVALID_ARGUMENT`, a signal that has fired `ABORTED`.
 */
export function guardedMaintenance<View, Op>(driver: Driver<View, Op>, lifecycle: Lifecycle): Maintenance {
  const own = driver.maintenance ?? {};

  async function guard<Options extends MaintenanceOptions, Result>(
    task: keyof Maintenance,
    given: Options | undefined,
    shape: OptionShape<Options>,
    call: (options: Options) => Promise<Result> | undefined,
  ): Promise<Result> {
    lifecycle.check();
    if (own[task] === undefined) throw notSupported(driver.name, task);
    const options = checkOptions(given === undefined ? {} : given, shape);
    const { signal } = options;
    if (signal?.aborted) throw new StoreError('ABORTED', `${task} was aborted`, { cause: signal.reason });
    try {
      const result = await call(options);
      if (result === undefined) throw notSupported(driver.name, task);
      return result;
    } catch (error) {
      throw toStoreError(error, 'IO', `the driver ${driver.name} could not ${task}`);
    }
  }
  return {
    checkpoint: (given) =>
      guard('checkpoint', given, maintenanceShape, (options) => own.checkpoint?.(options)),
    compact: (given) => guard('compact', given, compactShape, (options) => own.compact?.(options)),
    collect: (given) => guard('collect', given, collectShape, (options) => own.collect?.(options)),
    verify: (given) => guard('verify', given, maintenanceShape, (options) => own.verify?.(options)),
    repair: (given) => guard('repair', given, maintenanceShape, (options) => own.repair?.(options)),
    backup: (destination, given) =>
      guard('backup', given, maintenanceShape, (options) =>
        own.backup?.(filePath(destination, 'destination'), options),
      ),
    optimize: (given) => guard('optimize', given, maintenanceShape, (options) => own.optimize?.(options)),
    prune: (given) => guard('prune', given, maintenanceShape, (options) => own.prune?.(options)),
  };
}

import {
  callback,
  checkOptions,
  milliseconds,
  type OptionCheck,
  type OptionShape,
  StoreError,
  text,
} from '@stepwell/core';
import type { Threshold, Thresholds } from './examine/thresholds.ts';
import type { MonitorOptions } from './monitor.ts';

/** Everything that can be set about a monitor, with its default and the reason; intervals and thresholds have tables of their own. */
export const monitorDefaults: { readonly readTimeout: number; readonly reportsKept: number } = {
  /** Milliseconds a read may take before health calls the store unreadable: as long as a writer waits before `BUSY`. */
  readTimeout: 5_000,
  /** Reports of maintenance runs that are kept: some hours of them at the default intervals. */
  reportsKept: 100,
};

const limit: OptionCheck<number> = (value, path) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const message = `${path} must be a number in the unit of the measure; leave it out for no limit`;
  throw new StoreError('INVALID_ARGUMENT', message, { details: { option: path } });
};

const thresholdShape: OptionShape<Threshold> = { warn: limit, fail: limit, finding: text, fix: text };

/** A table whose keys are names of measures. */
const thresholdTable: OptionCheck<Thresholds> = (value, path) => {
  const rows = Object.keys(Object(value)).map((name) => [name, thresholdShape] as const);
  return checkOptions<Thresholds>(value, Object.fromEntries(rows), path);
};

/** What each option of a monitor may be; `probe` is whatever function fits the view. */
export const monitorOptionShape: Omit<OptionShape<MonitorOptions<never>>, 'probe'> & {
  readonly probe: typeof callback;
} = {
  probe: callback,
  readTimeout: milliseconds,
  thresholds: thresholdTable,
  maintenance: {
    checkpoint: milliseconds,
    prune: milliseconds,
    collect: milliseconds,
    compact: milliseconds,
    optimize: milliseconds,
  },
  prune: callback,
  onReport: callback,
  now: callback,
};

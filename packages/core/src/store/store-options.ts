import type { Durability } from '../contract/durability.ts';
import { checkOptions } from '../options/check-options.ts';
import { callback, clock, milliseconds, oneOf, shortText, wholeFrom } from '../options/option-checks.ts';
import type { OptionShape } from '../options/option-shape.ts';
import { defaults } from './defaults.ts';
import type { StoreWarning } from './warning.ts';

export interface ReaderOptions {
  /** Milliseconds a snapshot may live before it expires; 0 is for ever. Default 10 minutes. */
  readonly snapshotDeadline?: number;
  /** Told about what is not an error of any call. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: StoreWarning) => void;
  /**
   * The clock, milliseconds since the Unix epoch; fractions are cut off. Default `Date.now`. What needs the time fails with
   * `INVALID_ARGUMENT` when it gives none.
   */
  readonly now?: () => number;
}

export interface StoreOptions extends ReaderOptions {
  /**
   * S5: `'exclusive'` holds the writer lock from open to close; `'shared'` takes it for each group commit, in turn
   * with other processes. Default `'exclusive'`.
   */
  readonly writer?: 'exclusive' | 'shared';
  /** Milliseconds that an exclusive open waits for the writer lock before `LOCKED`. Default 0. */
  readonly lockWait?: number;
  /** Milliseconds to wait for a turn, or for room in the queue, before `BUSY`. Default 5000. */
  readonly busyWait?: number;
  /** What `write` promises when it is not told. Default `'process-crash'`. */
  readonly durability?: Durability;
  /** Bounds of one group commit; a write that is larger is one by itself. Default 500 ops, 4 MiB, 20 ms. */
  readonly group?: { readonly ops?: number; readonly bytes?: number; readonly ms?: number };
  /** When buffered writes commit. Default 50 ops, 1000 ms. */
  readonly buffered?: { readonly ops?: number; readonly ms?: number };
  /** Bounds of what waits to be committed. Default 10,000 ops, 64 MiB. */
  readonly queue?: { readonly ops?: number; readonly bytes?: number };
  /** What this process does, shown to those who find the store locked. Default: the name of the script. */
  readonly purpose?: string;
}

/** Options with every default filled in. */
export interface StoreSettings {
  readonly snapshotDeadline: number;
  readonly onWarning: (warning: StoreWarning) => void;
  readonly now: () => number;
  readonly writer: 'exclusive' | 'shared';
  readonly lockWait: number;
  readonly busyWait: number;
  readonly durability: Durability;
  readonly groupOps: number;
  readonly groupBytes: number;
  readonly groupMs: number;
  readonly bufferedOps: number;
  readonly bufferedMs: number;
  readonly queueOps: number;
  readonly queueBytes: number;
  readonly purpose: string;
}

/** What each option of a reader may be. */
export const readerOptionShape: OptionShape<ReaderOptions> = {
  snapshotDeadline: milliseconds,
  onWarning: callback,
  now: clock,
};

/** What each option of a store may be. */
export const storeOptionShape: OptionShape<StoreOptions> = {
  ...readerOptionShape,
  writer: oneOf('exclusive', 'shared'),
  lockWait: milliseconds,
  busyWait: milliseconds,
  durability: oneOf('none', 'process-crash', 'power-loss'),
  group: { ops: wholeFrom(1), bytes: wholeFrom(1), ms: milliseconds },
  buffered: { ops: wholeFrom(1), ms: milliseconds },
  queue: { ops: wholeFrom(1), bytes: wholeFrom(1) },
  purpose: shortText,
};

/** Checks the options and fills in the defaults. @throws `INVALID_ARGUMENT` */
export function resolveOptions(
  options: StoreOptions,
  shape: OptionShape<ReaderOptions> = storeOptionShape,
): StoreSettings {
  const given: StoreOptions = checkOptions(options, shape);
  return {
    snapshotDeadline: given.snapshotDeadline ?? defaults.snapshotDeadline,
    onWarning: apart(given.onWarning ?? emitWarning),
    now: given.now ?? Date.now,
    writer: given.writer ?? defaults.writer,
    lockWait: given.lockWait ?? defaults.lockWait,
    busyWait: given.busyWait ?? defaults.busyWait,
    durability: given.durability ?? defaults.durability,
    groupOps: given.group?.ops ?? defaults.groupOps,
    groupBytes: given.group?.bytes ?? defaults.groupBytes,
    groupMs: given.group?.ms ?? defaults.groupMs,
    bufferedOps: given.buffered?.ops ?? defaults.bufferedOps,
    bufferedMs: given.buffered?.ms ?? defaults.bufferedMs,
    queueOps: given.queue?.ops ?? defaults.queueOps,
    queueBytes: given.queue?.bytes ?? defaults.queueBytes,
    purpose: given.purpose ?? process.argv[1]?.split(/[\\/]/).at(-1) ?? 'node',
  };
}

/** @throws `INVALID_ARGUMENT` */
export function checkDurability(durability: Durability): Durability {
  return storeOptionShape.durability(durability, 'durability');
}

/** A listener that throws is a fault of its owner, who hears of it as an uncaught error; no commit fails over it. */
function apart(listener: (warning: StoreWarning) => void): (warning: StoreWarning) => void {
  return (warning) => {
    try {
      listener(warning);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  };
}

function emitWarning(warning: StoreWarning): void {
  process.emitWarning(warning.message, { type: 'StepwellWarning', code: warning.id });
}

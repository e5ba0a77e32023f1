import type { Durability } from '../contract/durability.ts';
import { StoreError } from '../errors/store-error.ts';
import { defaults } from './defaults.ts';
import type { StoreWarning } from './warning.ts';

export interface ReaderOptions {
  /** Milliseconds a snapshot may live before it expires; 0 is for ever. Default 10 minutes. */
  readonly snapshotDeadline?: number;
  /** Told about what is not an error of any call. Default: `process.emitWarning`. */
  readonly onWarning?: (warning: StoreWarning) => void;
  /** The clock, milliseconds since the Unix epoch. Default `Date.now`. */
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
  /** Bounds of one group commit. Default 500 ops, 5 ms. */
  readonly group?: { readonly ops?: number; readonly ms?: number };
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
  readonly groupMs: number;
  readonly bufferedOps: number;
  readonly bufferedMs: number;
  readonly queueOps: number;
  readonly queueBytes: number;
  readonly purpose: string;
}

const known: ReadonlySet<string> = new Set([
  'snapshotDeadline',
  'onWarning',
  'now',
  'writer',
  'lockWait',
  'busyWait',
  'durability',
  'group',
  'buffered',
  'queue',
  'purpose',
]);

/** @throws `INVALID_ARGUMENT` for an option that does not exist or has no sensible value */
export function resolveOptions(options: StoreOptions): StoreSettings {
  for (const name of Object.keys(options)) {
    if (!known.has(name))
      throw new StoreError('INVALID_ARGUMENT', `there is no store option ${JSON.stringify(name)}`);
  }
  return {
    snapshotDeadline: atLeast(0, 'snapshotDeadline', options.snapshotDeadline ?? defaults.snapshotDeadline),
    onWarning: apart(options.onWarning ?? emitWarning),
    now: options.now ?? Date.now,
    writer: oneOf(['exclusive', 'shared'], 'writer', options.writer ?? 'exclusive'),
    lockWait: duration('lockWait', options.lockWait ?? 0),
    busyWait: duration('busyWait', options.busyWait ?? defaults.busyWait),
    durability: checkDurability(options.durability ?? 'process-crash'),
    groupOps: atLeast(1, 'group.ops', options.group?.ops ?? defaults.groupOps),
    groupMs: atLeast(0, 'group.ms', options.group?.ms ?? defaults.groupMs),
    bufferedOps: atLeast(1, 'buffered.ops', options.buffered?.ops ?? defaults.bufferedOps),
    bufferedMs: duration('buffered.ms', options.buffered?.ms ?? defaults.bufferedMs),
    queueOps: atLeast(1, 'queue.ops', options.queue?.ops ?? defaults.queueOps),
    queueBytes: atLeast(1, 'queue.bytes', options.queue?.bytes ?? defaults.queueBytes),
    purpose: options.purpose ?? process.argv[1]?.split(/[\\/]/).at(-1) ?? 'node',
  };
}

/** @throws `INVALID_ARGUMENT` */
export function checkDurability(durability: Durability): Durability {
  return oneOf(['none', 'process-crash', 'power-loss'], 'durability', durability);
}

function atLeast(min: number, name: string, value: number): number {
  if (Number.isFinite(value) && value >= min) return value;
  throw new StoreError(
    'INVALID_ARGUMENT',
    `${name} must be a number of at least ${min}, not ${String(value)}`,
  );
}

/** Longest time that a timer can count, 24 days; what is longer would end at once. */
const maxDuration = 0x7fffffff;

function duration(name: string, value: number): number {
  return Math.min(atLeast(0, name, value), maxDuration);
}

function oneOf<Value extends string>(allowed: readonly Value[], name: string, value: Value): Value {
  if (allowed.includes(value)) return value;
  throw new StoreError(
    'INVALID_ARGUMENT',
    `${name} must be one of ${allowed.join(', ')}, not ${String(value)}`,
  );
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

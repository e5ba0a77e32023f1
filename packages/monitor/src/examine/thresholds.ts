import type { Measure } from '@stepwell/core';

/** From where on a measure is a warning, and from where on a failure. */
export interface Threshold {
  readonly warn?: number;
  readonly fail?: number;
  /** The id of the doctor's finding; default: the key of the row. */
  readonly finding?: string;
  /** What to do about it, for the doctor. */
  readonly fix?: string;
}

/**
 * Thresholds by measure. A key is a name, `records.wal.bytes`, or the end of one from a dot on, `wal.bytes`: so no row
 * names a backend. The longest key that fits decides. Values are in the unit of the measure.
 */
export type Thresholds = Readonly<Record<string, Threshold>>;

const mebibyte = 1024 * 1024;

/** The thresholds when nothing is said. An empty row, `{ 'wal.bytes': {} }`, switches one off. */
export const thresholds: Thresholds = {
  /** SF-55: far above what regular checkpoints leave; beyond the second every reader pays for it. */
  'wal.bytes': {
    warn: 50 * mebibyte,
    fail: 512 * mebibyte,
    finding: 'wal.large',
    fix: 'Close snapshots that are no longer needed, then run `await store.maintenance.checkpoint()`.',
  },
  /** SD-20: ten minutes is the deadline of a snapshot, so an older one was opened without, or is held by a hung process. */
  'snapshots.oldest': {
    warn: 600_000,
    fail: 3_600_000,
    finding: 'snapshot.old',
    fix: 'Read through `store.withSnapshot(…)`, which closes its snapshot, or call `await snapshot.close()` as soon as it was read; the warning `snapshot.old` names the lines that opened it. With a `snapshotDeadline` other than 0 a forgotten one ends by itself.',
  },
  /** SF-57: the response that people were promised. Few commits are as slow as that without a reason. */
  'commits.p50': {
    warn: 10,
    finding: 'commit.slow',
    fix: 'See how busy the disk is, and write what belongs together at once; `power-loss` durability waits for the disk each time.',
  },
  /** One commit in a hundred: 100 ms are felt by people, a second by other machines. */
  'commits.p99': {
    warn: 100,
    fail: 1_000,
    finding: 'commit.stalled',
    fix: 'See what else uses the disk, and whether one write holds very many ops: a group waits for its largest.',
  },
  /** SF-57: one in a thousand. Where half of what comes is lost, work should go elsewhere. */
  'failed.ratio': {
    warn: 0.001,
    fail: 0.5,
    finding: 'writes.failing',
    fix: 'See which of `store.writes.failed.…` grow: `no-space` wants room on the disk, `busy` a longer `busyWait` or less load, `poisoned` that the store is opened again.',
  },
  /** A timer that is 100 ms late is felt by people, one that is a second late by other machines. */
  'process.eventloop.p99': {
    warn: 100,
    fail: 1_000,
    finding: 'eventloop.blocked',
    fix: 'Find what computes for so long (`node --cpu-prof`) and move it to a worker thread.',
  },
  /** SF-57: more than any store needs; whose memory it is the host program knows better, hence no failure. */
  'process.memory.bytes': {
    warn: 500 * mebibyte,
    finding: 'memory.high',
    fix: 'Take a heap snapshot (`node --heapsnapshot-signal=SIGUSR2`) and look for what grows.',
  },
};

/** A measure that passed a threshold. */
export interface Breach {
  readonly measure: Measure;
  readonly level: 'warn' | 'fail';
  /** The threshold that it passed. */
  readonly limit: number;
  readonly finding: string;
  readonly fix: string;
}

/** The row that applies to a measure, with its key. */
export function rowOf(name: string, table: Thresholds): (Threshold & { readonly key: string }) | undefined {
  const key = Object.keys(table)
    .filter((candidate) => name === candidate || name.endsWith(`.${candidate}`))
    .sort((a, b) => b.length - a.length)[0];
  const row = key === undefined ? undefined : table[key];
  return key === undefined || row === undefined ? undefined : { key, ...row };
}

/** Whether a measure passed a threshold, and which; undefined when it is as it should be. */
export function breachOf(measure: Measure, table: Thresholds): Breach | undefined {
  const row = rowOf(measure.name, table);
  if (row === undefined) return undefined;
  const { key, warn = Infinity, fail = Infinity, finding = key } = row;
  if (measure.value < Math.min(warn, fail)) return undefined;
  const level = measure.value >= fail ? 'fail' : 'warn';
  const limit = level === 'fail' ? fail : warn;
  const { fix = `Bring ${measure.name} below ${limit}, or set its threshold higher.` } = row;
  return { measure, level, limit, finding, fix };
}

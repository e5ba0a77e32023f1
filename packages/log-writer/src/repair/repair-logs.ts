import {
  bootId,
  type Epoch,
  type LeaderState,
  type Lock,
  type LockProvider,
  type MaintenanceReport,
  type Measure,
  type Problem,
  StoreError,
} from '@stepwell/core';
import {
  type FileLogsOptions,
  type FileLogsSettings,
  resolveFileLogsOptions,
} from '../driver/file-logs-options.ts';
import { readSegmentName } from '../format/segment-name.ts';
import { compactionLock } from '../maintenance/compaction-lock.ts';
import { ManifestFile } from '../segment/manifest-file.ts';
import { applyRepair, keepDamaged } from './apply-repair.ts';
import { DamagedFiles } from './damaged-files.ts';
import type { LostLines } from './find-gaps.ts';
import { countOf } from './number-ranges.ts';
import { planRepair, unknownOf } from './plan-repair.ts';
import { RepairPace } from './repair-pace.ts';
import { surveyLog } from './survey-log.ts';

/** Which log is to be repaired, and how. */
export interface RepairLogsOptions extends FileLogsOptions {
  /**
   * Under `combine`: where the records stand. What they do not know of never happened, what they know of is missing. A
   * function is asked once the writer lock is held.
   */
  readonly leader?: LeaderState | (() => Promise<LeaderState>);
  /** Tells what is wrong, and changes nothing. Default false. */
  readonly dryRun?: boolean;
  /** Gives up with `ABORTED`; what was done is gone on with by the next repair. */
  readonly signal?: AbortSignal;
}

/** So many lost ranges are told one by one. */
const toldRanges = 100;

/**
 * Makes a damaged log one that opens. It must be closed: one that is damaged refuses to open.
 *
 * What can be read is kept as it was: bytes, numbers, epochs, ordinals, times. What cannot becomes `lost` ranges of its
 * streams, as `info().lost` shows them. Nothing is deleted: every damaged file is moved to `damaged/` in the directory of
 * the log. A log that is not damaged is left as it is, with what a death or a power cut left, which opening mends.
 *
 * @returns what was wrong in `problems`, also where it is repaired now; what can not be known any more has the id
 * `log.repair.unknown`. `performed` is false when there was nothing to do, or `dryRun` asked for nothing
 * @throws `LOCKED` when somebody has the log open for writing or compacts it; `SCHEMA_TOO_NEW`, also of one file;
 * `CORRUPT` when it belongs to another store than the leader, or the leader was replaced by an older one;
 * `INVALID_ARGUMENT ABORTED NO_SPACE READ_ONLY IO`
 *
 * @example
 * ```ts
 * import { repairLogs } from '@stepwell/log-writer';
 *
 * const { problems } = await repairLogs({ directory: 'build-logs', dryRun: true });
 * for (const { message } of problems) console.log(message);
 * ```
 */
export async function repairLogs(options: RepairLogsOptions): Promise<MaintenanceReport> {
  const { leader, dryRun = false, signal, ...logs } = options;
  const settings = resolveFileLogsOptions(logs);
  if (signal?.aborted) throw new StoreError('ABORTED', 'repair was aborted', { cause: signal.reason });
  const held: Lock[] = [];
  try {
    for (const name of ['writer', compactionLock])
      held.push(await settings.locks.acquire(name, { mode: 'exclusive', purpose: 'repair' }));
    return await repair(settings, typeof leader === 'function' ? await leader() : leader, dryRun, signal);
  } finally {
    for (const lock of held.reverse()) await lock.release();
    if (options.locks === undefined) await settings.locks.close();
  }
}

async function repair(
  { fileSystem: fs, directory, locks, compression, boot = bootId() }: FileLogsSettings,
  leader: LeaderState | undefined,
  dryRun: boolean,
  signal: AbortSignal | undefined,
): Promise<MaintenanceReport> {
  const pace = new RepairPace(signal);
  const damaged = new DamagedFiles(fs, directory);
  const log = await surveyLog({ fs, directory, leader, boot }, pace);
  const rebooted = log.manifest !== undefined && log.manifest.boot !== boot;
  const ids = damaged.names().map((name) => readSegmentName(name.replace(/\.\d+$/, ''))?.id ?? 0);
  const used = { id: Math.max(0, ...ids), pins: await highestPin(locks) };
  const plan = await planRepair(log, leader, rebooted, used, directory);
  if (plan === undefined) {
    const isLeft = log.manifest?.retired.some((file) => file.damaged === true) === true;
    if (log.manifest === undefined || !isLeft || dryRun)
      return report(false, 'there is nothing to repair', [], [], 0);
    // A repair died before its last step.
    const kept = await keepDamaged(new ManifestFile(fs, directory), log.manifest, damaged);
    return report(true, undefined, [], [], kept.length);
  }
  const problems = [
    ...log.problems,
    ...log.files.flatMap((file) => file.problems),
    ...missing(
      plan.log.items.flatMap(({ sources, entry }) =>
        sources.length === 0 && entry !== undefined ? [entry.id] : [],
      ),
    ),
    ...(plan.isShort ? endsEarly(directory, leader?.mark ?? 0) : []),
    ...unknownOf(log, leader),
    ...lostLines(plan.lost),
  ];
  if (dryRun) return report(false, 'nothing was changed: that was not asked for', problems, plan.lost, 0);
  const kept = await applyRepair({ fs, directory, locks, leader, boot, compression }, plan, damaged, pace);
  const moved = kept.map((path) => ({
    id: 'log.repair.kept',
    where: path,
    message: `what was damaged is kept as ${path}`,
  }));
  return report(true, undefined, [...problems, ...moved], plan.lost, kept.length);
}

async function highestPin(locks: LockProvider): Promise<number> {
  const names = await locks.list('pin-');
  return Math.max(0, ...names.map((name) => Number(/^pin-(\d+)$/.exec(name)?.[1] ?? 0)));
}

function endsEarly(directory: string, mark: Epoch): Problem[] {
  const message = `the records know lines of epoch ${mark}, and the log ends before`;
  const pruned = 'what was pruned at the end of the log is not known, so that it may be shown again';
  return [
    { id: 'log.tail.missing', where: directory, message },
    { id: 'log.repair.unknown', where: directory, message: pruned },
  ];
}

function missing(ids: readonly number[]): Problem[] {
  return ids.map((id) => {
    return {
      id: 'log.segment.missing',
      where: `segment ${id}`,
      message: `segment ${id} is not there, or not of this log`,
    };
  });
}

function lostLines(lost: readonly LostLines[]): Problem[] {
  const told = lost.slice(0, toldRanges).map(({ name, from, to }) => {
    return {
      id: 'log.lines.lost',
      where: name,
      message: `lines ${from} to ${to} of ${JSON.stringify(name)} are lost`,
    };
  });
  if (lost.length <= toldRanges) return told;
  const message = `and ${countOf(lost.slice(toldRanges))} more lines in ${lost.length - toldRanges} ranges`;
  return [...told, { id: 'log.lines.lost', where: 'other streams', message }];
}

function report(
  performed: boolean,
  reason: string | undefined,
  problems: readonly Problem[],
  lost: readonly LostLines[],
  kept: number,
): MaintenanceReport {
  const measures: Measure[] = [
    { name: 'logs.repair.lost', unit: 'count', value: countOf(lost), meaning: 'Lines that are lost' },
    { name: 'logs.repair.kept', unit: 'count', value: kept, meaning: 'Damaged files that were put aside' },
  ];
  return { performed, ...(reason !== undefined && { reason }), measures, problems };
}

import { join } from 'node:path';
import {
  type CollectOptions,
  fromSystemError,
  type MaintenanceReport,
  type Measure,
  StoreError,
} from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { OpenLog } from '../driver/open-log.ts';
import type { RetiredSegment } from '../format/manifest.ts';
import { segmentName } from '../format/segment-name.ts';
import { fileSize } from '../segment/file-size.ts';
import { oldestPin } from './oldest-pin.ts';

/**
 * S9: deletes the files that were retired and that nobody reads any more, of any process:
 *
 *     remove every `pin-<q>` of a former manifest ──► delete what was retired before the first that is held
 *       ──► forget it, in a writer's turn
 *
 * Only the last step needs a turn, since nothing brings a retired file back. A death on the way leaves names of files that
 * are gone; the next collection forgets them. Any number of collections may run at one time.
 *
 * @throws `READ_ONLY IO`, `ABORTED` when the signal fires, and what a turn throws
 */
export async function collectFiles(log: OpenLog, options: CollectOptions = {}): Promise<MaintenanceReport> {
  const { dryRun = false, signal } = options;
  if (!dryRun && log.mode === 'read')
    throw new StoreError('READ_ONLY', 'these logs are open for reading only');
  log.adoptManifest();
  const { retired, pins } = log.files.manifest;
  // Kept for the next snapshot only, which takes that of the current manifest.
  await log.pinLocks.releaseIdle();
  logCrashPoint('log:collect.before');
  const oldest = await oldestPin(log.locks, pins, dryRun);
  logCrashPoint('log:collect.unpinned');
  const free = retired.filter((file) => file.pins < oldest && file.damaged !== true);
  const tally = { files: 0, bytes: 0, held: retired.length - free.length };
  const gone = new Set<number>();
  for (const file of free) {
    if (signal?.aborted) throw aborted(signal);
    const bytes = take(log, file, dryRun);
    if (bytes !== undefined) tally.files += 1;
    tally.bytes += bytes ?? 0;
    gone.add(file.id);
    logCrashPoint('log:collect.deleted');
  }
  if (!dryRun && gone.size > 0) await forget(log, gone);
  logCrashPoint('log:collect.after');
  return report(tally, dryRun, oldest);
}

/** Deletes a file; answers its size, `undefined` when it was gone already. */
function take({ fileSystem, files }: OpenLog, file: RetiredSegment, dryRun: boolean): number | undefined {
  const path = join(files.directory, segmentName(file));
  try {
    const bytes = fileSize(fileSystem, path);
    if (dryRun) return bytes;
    // Open, it would keep its space.
    files.pool.drop(file.id);
    fileSystem.unlink(path);
    return bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fromSystemError(error, `cannot delete ${path}`);
  }
}

async function forget(log: OpenLog, gone: ReadonlySet<number>): Promise<void> {
  await log.turn(async () => {
    log.appender.check();
    log.adoptManifest();
    const current = log.files.manifest;
    const retired = current.retired.filter(({ id }) => !gone.has(id));
    if (retired.length < current.retired.length) await log.replaceManifest({ ...current, retired });
  });
}

function report(
  { files, bytes, held }: { files: number; bytes: number; held: number },
  dryRun: boolean,
  oldest: number,
): MaintenanceReport {
  const measures: Measure[] = [
    measure('logs.collect.files', 'count', files, 'Files that nobody reads any more'),
    measure('logs.collect.bytes', 'bytes', bytes, 'What they take'),
    measure('logs.collect.held', 'count', held, 'Files that readers still hold'),
  ];
  if (held > 0)
    measures.push(measure('logs.collect.pin', 'count', oldest, 'Number of the oldest pin lock that is held'));
  const reasons = [
    ...(dryRun ? ['nothing was deleted: that was not asked for'] : []),
    ...(held > 0 ? [`readers hold the lock pin-${oldest}, and ${held} files with it`] : []),
    ...(files === 0 && held === 0 ? ['no file was put out of use'] : []),
  ];
  return {
    performed: files > 0 && !dryRun,
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
    measures,
    problems: [],
  };
}

function measure(name: string, unit: Measure['unit'], value: number, meaning: string): Measure {
  return { name, unit, value, meaning };
}

function aborted(signal: AbortSignal): StoreError {
  return new StoreError('ABORTED', 'the collection was aborted', { cause: signal.reason });
}

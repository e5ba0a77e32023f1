import { type LeaderState, type LockProvider, uuidv7 } from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import type { Manifest, ManifestSegment, RetiredSegment } from '../format/manifest.ts';
import type { Compression } from '../format/sealed-codec.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { segmentName } from '../format/segment-name.ts';
import type { Pace } from '../maintenance/pace.ts';
import { attempt } from '../segment/file-calls.ts';
import { ManifestFile } from '../segment/manifest-file.ts';
import { SegmentFile } from '../segment/segment-file.ts';
import { makePinFile } from '../view/pin-file.ts';
import type { DamagedFiles } from './damaged-files.ts';
import { isFramed, type LogItem } from './log-items.ts';
import type { RepairPlan } from './plan-repair.ts';
import { rewriteItem } from './rewrite-item.ts';

export interface RepairPlace {
  readonly fs: FileSystem;
  readonly directory: string;
  readonly locks: LockProvider;
  readonly leader: LeaderState | undefined;
  readonly boot: string;
  readonly compression: Compression;
}

/**
 * Does what was planned, in steps of which each may be the last: what a death leaves, the next repair goes on from.
 *
 *     give out ids ──► write new segments ──► (move the manifest that is damaged) ──► name them in a manifest, damaged files
 *       among the retired ──► move these ──► forget them
 *
 * @returns where damaged files were moved to
 */
export async function applyRepair(
  place: RepairPlace,
  plan: RepairPlan,
  damaged: DamagedFiles,
  pace: Pace,
): Promise<readonly string[]> {
  const { fs, directory, locks, leader, boot, compression } = place;
  const { log, generation, firstId } = plan;
  const manifestFile = new ManifestFile(fs, directory);
  const kept: string[] = [];
  let current = log.manifest;
  const count = plan.items.filter(({ rewrite }) => rewrite).length;
  const nextSegment = firstId + count + 1;
  // What is sealed can not be cut any more, so the leader must never go back behind it.
  if (count > 0) await leader?.sync();
  if (current !== undefined) {
    // So that what a death leaves of the new segments is known for what it is.
    const reserved = { ...current, generation: generation - 1, nextSegment };
    await manifestFile.replace(manifestFile.read(), reserved);
    current = reserved;
  }
  logCrashPoint('log:repair.reserved');
  const segments = await writeSegments(place, plan, compression, pace);
  logCrashPoint('log:repair.written');
  if (current === undefined && log.hasManifest) {
    const moved = await damaged.keep('MANIFEST');
    if (moved !== undefined) kept.push(moved);
  }
  logCrashPoint('log:repair.manifest.moved');
  const next: Manifest = {
    generation,
    store: log.store,
    lineage: uuidv7(),
    boot: current?.boot ?? boot,
    nextSegment,
    pins: generation,
    segments,
    retired: retire(plan, current, segments),
  };
  await makePinFile(locks, next.pins);
  await manifestFile.replace(current, next);
  logCrashPoint('log:repair.published');
  kept.push(...(await keepDamaged(manifestFile, next, damaged)));
  logCrashPoint('log:repair.after');
  return kept;
}

/** Moves the files that a manifest says are damaged, and has it forget them. Answers where they are. */
export async function keepDamaged(
  manifestFile: ManifestFile,
  manifest: Manifest,
  damaged: DamagedFiles,
): Promise<string[]> {
  const kept: string[] = [];
  const files = manifest.retired.filter((file) => file.damaged === true);
  if (files.length === 0) return kept;
  for (const file of files) {
    const moved = await damaged.keep(segmentName(file));
    if (moved !== undefined) kept.push(moved);
    logCrashPoint('log:repair.moved');
  }
  const retired = manifest.retired.filter((file) => file.damaged !== true);
  await manifestFile.replace(manifest, { ...manifest, generation: manifest.generation + 1, retired });
  return kept;
}

async function writeSegments(
  place: RepairPlace,
  { items, log, firstId, activeId, lastEpochs }: RepairPlan,
  compression: Compression,
  pace: Pace,
): Promise<ManifestSegment[]> {
  const { fs, directory } = place;
  const { store } = log;
  const segments: ManifestSegment[] = [];
  let id = firstId;
  for (const [i, item] of items.entries()) {
    const lastEpoch = lastEpochs[i] ?? 0;
    if (item.rewrite) {
      const made = await rewriteItem(fs, { directory, store, compression }, item, id, pace);
      segments.push({ ...made, lastEpoch });
      id += 1;
    } else segments.push(keptSegment(item, lastEpoch, i === items.length - 1));
  }
  if (activeId !== undefined) {
    const active = await SegmentFile.create(fs, directory, activeId, store);
    attempt('cannot close', active.path, () => active.close());
    await fs.fsyncDirectory(directory);
    segments.push({ id: activeId, kind: 'frames', bytes: segmentHeaderBytes });
  }
  return segments;
}

/** A segment that stays as it is. */
function keptSegment(item: LogItem, lastEpoch: number, isLast: boolean): ManifestSegment {
  const [source] = item.sources;
  if (source === undefined) throw new Error('what has no file is written anew');
  if (item.entry?.kind === 'frames' && isLast) {
    // It is appended to from now on: what was said of it when it was complete is not true any more.
    const { summary: _, ...entry } = item.entry;
    return entry;
  }
  if (item.entry !== undefined) return { ...item.entry };
  const { id } = source.file;
  // Of one that may still be appended to no more than its header is surely on the device.
  if (isFramed(item)) return { id, kind: 'frames', bytes: isLast ? segmentHeaderBytes : source.end };
  return {
    id,
    kind: 'sealed',
    bytes: source.size,
    lastEpoch,
    lines: source.lines,
    streams: source.facts.streams.size,
  };
}

/** What is no part of the log any more: what was damaged is moved, what was good is for collection. */
function retire(
  { log, generation, isShort }: RepairPlan,
  current: Manifest | undefined,
  segments: readonly ManifestSegment[],
): RetiredSegment[] {
  const used = new Set(segments.map(({ id }) => id));
  const before = current?.retired ?? [];
  for (const { id } of before) used.add(id);
  const pins = Math.min(current?.pins ?? generation - 1, generation - 1);
  // What is missing at the end of the log is missing there.
  const short = isShort ? log.items.at(-1)?.sources[0] : undefined;
  const put = log.files
    .filter(({ file }) => !used.has(file.id))
    .map((found): RetiredSegment => {
      const { id, kind } = found.file;
      return found.problems.length > 0 || found === short
        ? { id, kind, pins, damaged: true }
        : { id, kind, pins };
    });
  return [...before, ...put];
}

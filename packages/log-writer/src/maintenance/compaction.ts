import { isStoreError } from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { FrameSegmentEntry, Manifest, ManifestSegment, SealedSegmentEntry } from '../format/manifest.ts';
import type { CompactionHost } from './compaction-host.ts';
import type { JobRunner, MergeJob, Prunes, SealJob } from './compaction-job.ts';
import { aborted } from './pace.ts';
import { planMerges, type SealedShare } from './plan-compaction.ts';
import { replaceInputs } from './replace-inputs.ts';

/** So many complete segments of frames are a backlog: writers are faster than a compaction that rests. */
const backlog = 3;

export interface CompactionWork {
  /** Begin a new active segment, and merge all; not only what is complete, and what pays. */
  readonly full: boolean;
  /** Whether to read the directories of all sealed segments, and rewrite those of which much was pruned. */
  readonly rewritesPruned: boolean;
  /** Asked between two jobs: whether to leave the rest to somebody else. */
  readonly isEnough: () => boolean;
  readonly signal: AbortSignal;
}

/** How large the log is: files, and bytes of those that are complete. */
export interface LogSize {
  readonly segments: number;
  readonly bytes: number;
}

/** What a compaction did. */
export interface CompactionTally {
  /** When it began; the bytes of the segment that it completes itself are among them. */
  before: LogSize;
  /** When it ended. */
  after: LogSize;
  /** Segments of frames that were sealed. */
  sealed: number;
  /** Sealed segments that were merged, or rewritten. */
  merged: number;
  /** Pruned lines that are not in what was written. */
  dropped: number;
  /** Whether what it made, or what that was made of, was taken away: by the recovery of another process. */
  isOvertaken: boolean;
}

interface Reserved {
  readonly ids: readonly number[];
  readonly prunes: Prunes;
}

/**
 * One compaction, by the holder of the lock `compaction`: nobody else takes segments out of the list. Each step leaves a
 * log that is whole:
 *
 *     reserve ids (turn) ──► write a file ──► publish it (turn) ──► write the next …
 *
 * A death leaves a file that no manifest names, of an id below `nextSegment`: the next open for writing takes it away.
 */
export class Compaction {
  readonly #host: CompactionHost;
  readonly #jobs: JobRunner;
  readonly #work: CompactionWork;
  readonly tally: CompactionTally;

  constructor(host: CompactionHost, jobs: JobRunner, work: CompactionWork) {
    this.#host = host;
    this.#jobs = jobs;
    this.#work = work;
    // Not when it was asked for: what those before it in the queue did is theirs.
    const size = sizeOf(host.manifest);
    this.tally = { before: size, after: size, sealed: 0, merged: 0, dropped: 0, isOvertaken: false };
  }

  /** @throws `ABORTED CORRUPT NO_SPACE IO`, and what a turn throws. What was published stays so. */
  async run(): Promise<void> {
    if (this.#work.full) {
      await this.#host.roll();
      this.tally.before = { ...this.tally.before, bytes: sizeOf(this.#host.manifest).bytes };
    }
    await this.#seal();
    await this.#merge();
    this.tally.after = sizeOf(this.#host.manifest);
  }

  get #goesOn(): boolean {
    if (this.#work.signal.aborted) throw aborted(this.#work.signal.reason);
    return !this.tally.isOvertaken && !this.#work.isEnough();
  }

  /**
   * What is completed meanwhile is left to the next compaction: beside writers that never rest, nothing would be merged or
   * collected ever again.
   */
  async #seal(): Promise<void> {
    const complete = this.#complete();
    if (complete.length === 0 || !this.#goesOn) return;
    const { ids, prunes } = await this.#reserve(complete.length);
    for (const [i, { id, bytes, summary }] of complete.entries()) {
      if (!this.#goesOn) return;
      this.#jobs.hurry(this.#complete().length > backlog);
      const earlier = this.#host.manifest.segments.filter(isSealed);
      const job: SealJob = {
        kind: 'seal',
        input: { id, bytes: summary?.index ?? bytes },
        earlier,
        output: ids[i] ?? 0,
        prunes,
      };
      if (await this.#replace([id], job)) this.tally.sealed += 1;
    }
    this.#jobs.hurry(false);
  }

  async #merge(): Promise<void> {
    while (this.#goesOn) {
      const groups = planMerges(await this.#shares(), this.#work);
      if (groups.length === 0) return;
      const { ids, prunes } = await this.#reserve(groups.length);
      for (const [i, group] of groups.entries()) {
        if (!this.#goesOn) return;
        const job = this.#mergeJob(group, ids[i] ?? 0, prunes);
        if (job === undefined) return;
        if (await this.#replace(group, job)) this.tally.merged += group.length;
      }
    }
  }

  /** Does a job, and puts what it made in the place of its inputs. False when somebody took these away. */
  async #replace(inputs: readonly number[], job: SealJob | MergeJob): Promise<boolean> {
    const { output: id } = job;
    const { dropped, ...made } = await this.#jobs.make(job, this.#work.signal);
    logCrashPoint('log:compact.written');
    const entry: SealedSegmentEntry = { id, kind: 'sealed', ...made };
    let isPublished: boolean;
    try {
      isPublished = await this.#host.publish((current) => replaceInputs(current, inputs, entry));
    } catch (error) {
      // Where it is unclear which manifest a power cut leaves, the next open for writing finds out.
      if (!isStoreError(error, 'POISONED')) this.#host.discard(id);
      throw error;
    }
    logCrashPoint('log:compact.published');
    if (isPublished) this.tally.dropped += dropped;
    else this.#host.discard(id);
    this.tally.isOvertaken = !isPublished;
    return isPublished;
  }

  /** Ids that nobody else gets, and what may be dropped: what is pruned by now, which no power cut takes back once the file is published. */
  async #reserve(count: number): Promise<Reserved> {
    let first = 0;
    let prunes: Prunes = new Map();
    await this.#host.publish((current) => {
      first = current.nextSegment;
      prunes = this.#host.prunes();
      return { ...current, nextSegment: first + count };
    });
    logCrashPoint('log:compact.reserved');
    return { ids: Array.from({ length: count }, (_, i) => first + i), prunes };
  }

  async #shares(): Promise<readonly SealedShare[]> {
    const segments = this.#host.manifest.segments.filter(isSealed);
    if (segments.length === 0) return [];
    if (!this.#work.rewritesPruned) return segments.map((segment) => ({ ...segment, pruned: 0 }));
    const prunes = this.#host.prunes();
    const survey = await this.#jobs.survey({ kind: 'survey', segments, prunes }, this.#work.signal);
    return segments.map(({ id, bytes, lines }, i) => ({ id, bytes, lines, pruned: survey[i]?.pruned ?? 0 }));
  }

  #mergeJob(group: readonly number[], output: number, prunes: Prunes): MergeJob | undefined {
    const sealed = this.#host.manifest.segments.filter(isSealed);
    const first = sealed.findIndex(({ id }) => id === group[0]);
    const inputs = sealed.slice(first, first + group.length);
    const last = inputs.at(-1);
    if (first < 0 || last === undefined) return undefined;
    const later = sealed.slice(first + group.length);
    return { kind: 'merge', inputs, lastEpoch: last.lastEpoch, later, output, prunes };
  }

  /** Segments of frames that are not appended to any more. */
  #complete(): readonly FrameSegmentEntry[] {
    return completeFrames(this.#host.manifest);
  }
}

/** Of the last segment the manifest knows less than there is, and it is not what is compacted. */
export function sizeOf({ segments }: Manifest): LogSize {
  const bytes = segments.slice(0, -1).reduce((sum, segment) => sum + segment.bytes, 0);
  return { segments: segments.length, bytes };
}

export function completeFrames({ segments }: Manifest): readonly FrameSegmentEntry[] {
  return segments.slice(0, -1).filter((segment) => segment.kind === 'frames');
}

export function isSealed(segment: ManifestSegment): segment is SealedSegmentEntry {
  return segment.kind === 'sealed';
}

import { completeFrames, isSealed } from './compaction.ts';
import type { CompactionHost } from './compaction-host.ts';
import type { JobRunner } from './compaction-job.ts';
import { planMerges, type SealedShare } from './plan-compaction.ts';

/** What a compaction would do. */
export interface Rehearsal {
  /** Segments of frames that it would seal. */
  readonly sealed: number;
  /** Segments that it would merge or rewrite, those among them that it would have sealed before. */
  readonly merged: number;
  /** Files that it would make of these. */
  readonly groups: number;
  /** Bytes of the active segment, if it would begin a new one; else 0. */
  readonly rolled: number;
  /** Pruned lines of sealed segments that it would drop. */
  readonly dropped: number;
}

/**
 * Changes nothing. Segments that would be sealed first count with their size of now, which is more than they would have
 * then.
 */
export async function rehearse(
  host: CompactionHost,
  jobs: JobRunner,
  full: boolean,
  signal: AbortSignal,
): Promise<Rehearsal> {
  const { manifest } = host;
  const sealed = manifest.segments.filter(isSealed);
  const rolls = full && !host.isActiveEmpty;
  const frames = rolls ? manifest.segments.slice(sealed.length) : completeFrames(manifest);
  const survey =
    sealed.length === 0
      ? []
      : await jobs.survey({ kind: 'survey', segments: sealed, prunes: host.prunes() }, signal);
  const shares: SealedShare[] = [
    ...sealed.map(({ id, bytes, lines }, i) => ({ id, bytes, lines, pruned: survey[i]?.pruned ?? 0 })),
    ...frames.map(({ id, bytes }) => ({ id, bytes, lines: 0, pruned: 0 })),
  ];
  const groups = planMerges(shares, { full });
  const merged = groups.flat();
  const dropped = shares.reduce((sum, { id, pruned }) => sum + (merged.includes(id) ? pruned : 0), 0);
  return {
    sealed: frames.length,
    merged: merged.length,
    groups: groups.length,
    rolled: rolls ? host.activeBytes : 0,
    dropped,
  };
}

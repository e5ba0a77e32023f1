import type { FileSystem } from '../file-system/file-system.ts';
import type { CompactionPlace, MergeJob, SealedOutput, SealJob } from './compaction-job.ts';
import { mergeSegments } from './merge.ts';
import type { Pace } from './pace.ts';
import { sealSegment } from './seal.ts';

/** Writes a sealed segment, in this thread. @throws `ABORTED CORRUPT NO_SPACE IO`, and nothing is left of it */
export async function makeSegment(
  fs: FileSystem,
  place: CompactionPlace,
  job: SealJob | MergeJob,
  pace: Pace,
): Promise<SealedOutput> {
  return job.kind === 'seal'
    ? await sealSegment(fs, place, job, pace)
    : await mergeSegments(fs, place, job, pace);
}

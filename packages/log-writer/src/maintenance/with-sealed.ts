import type { FileSystem } from '../file-system/file-system.ts';
import { SealedSegment } from '../sealed/sealed-segment.ts';
import type { CompactionPlace, SegmentInput } from './compaction-job.ts';

/** Opens sealed segments for the time of `use`. @throws `CORRUPT IO`, and what `use` throws */
export async function withSealed<Result>(
  fs: FileSystem,
  { directory, store }: CompactionPlace,
  inputs: readonly SegmentInput[],
  use: (segments: readonly SealedSegment[]) => Promise<Result>,
): Promise<Result> {
  const segments: SealedSegment[] = [];
  try {
    for (const { id, bytes } of inputs) segments.push(SealedSegment.open(fs, directory, id, store, bytes));
    return await use(segments);
  } finally {
    for (const segment of segments) segment.close();
  }
}

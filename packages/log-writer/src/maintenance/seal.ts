import type { FileSystem } from '../file-system/file-system.ts';
import { readFrame } from '../format/frame-contents.ts';
import { frameBytes } from '../format/frame-header.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { corrupt } from '../segment/corrupt.ts';
import { type Frame, FrameReader } from '../segment/frame-reader.ts';
import { SegmentFile } from '../segment/segment-file.ts';
import type { CompactionPlace, SealedOutput, SealJob, SegmentInput } from './compaction-job.ts';
import { GatheredRows, type GatheredStream } from './gathered-rows.ts';
import type { Pace } from './pace.ts';
import { makeSealed } from './sealed-output.ts';
import { withSealed } from './with-sealed.ts';

/**
 * Makes a sealed segment of a complete frame segment: reads its frames once, and writes their lines stream by stream.
 * Takes about as much memory as the segment has bytes.
 * @throws `CORRUPT` with the place when a frame is damaged; `ABORTED NO_SPACE IO`. Then nothing is left behind
 */
export async function sealSegment(
  fs: FileSystem,
  place: CompactionPlace,
  { input, earlier, output: id, prunes }: SealJob,
  pace: Pace,
): Promise<SealedOutput> {
  const rows = await gather(fs, place, input, pace);
  const streams = rows.streams();
  const nexts = await nextsOf(fs, place, earlier, streams);
  const made = await makeSealed(fs, place, id, pace, async (output) => {
    for (const stream of streams) {
      const { name, lost } = stream;
      output.begin(name, Math.max(stream.prunedThrough, prunes.get(name) ?? 0));
      for (const run of stream.runs()) await output.add(run);
      output.end({ next: stream.next ?? nexts.get(name) ?? 1, lost });
    }
  });
  return { ...made, lastEpoch: rows.lastEpoch };
}

/** Where streams stand of which the segment has nothing but prunes. */
async function nextsOf(
  fs: FileSystem,
  place: CompactionPlace,
  earlier: readonly SegmentInput[],
  streams: readonly GatheredStream[],
): Promise<ReadonlyMap<string, number>> {
  const nexts = new Map<string, number>();
  let missing = streams.filter(({ next }) => next === undefined).map(({ name }) => name);
  for (const input of earlier.toReversed()) {
    if (missing.length === 0) break;
    await withSealed(fs, place, [input], async ([segment]) => {
      missing = missing.filter((name) => {
        const next = segment?.stream(name)?.next;
        if (next !== undefined) nexts.set(name, next);
        return next === undefined;
      });
    });
  }
  return nexts;
}

async function gather(
  fs: FileSystem,
  { directory, store }: CompactionPlace,
  { id, bytes }: SegmentInput,
  pace: Pace,
): Promise<GatheredRows> {
  const segment = SegmentFile.open(fs, directory, id, store, 'read');
  try {
    const reader = new FrameReader();
    const rows = new GatheredRows();
    for (let offset = segmentHeaderBytes; offset < bytes; ) {
      const frame = reader.read(segment, offset, bytes);
      if (frame === undefined) throw corrupt(segment.path, offset, 'the frame is damaged');
      try {
        take(rows, frame);
      } catch (error) {
        throw corrupt(segment.path, offset, 'the frame is intact but makes no sense', error);
      }
      rows.lastEpoch = Math.max(rows.lastEpoch, frame.header.epoch);
      offset += frameBytes(frame.header);
      if (pace.isDue) await pace.rest();
    }
    return rows;
  } finally {
    segment.close();
  }
}

function take(rows: GatheredRows, { header, content, columns }: Frame): void {
  const { lines, lost, prunes } = readFrame(header, content, columns);
  if (lines !== undefined) rows.addLines(header.epoch, lines);
  for (const range of lost) rows.stream(range.name).addLost(range);
  for (const prune of prunes) rows.stream(prune.name).addPrune(prune);
}

import type { FileSystem } from '../file-system/file-system.ts';
import type { SealedStream } from '../sealed/sealed-stream.ts';
import type { CompactionPlace, MergeJob, SealedOutput } from './compaction-job.ts';
import { joinStreams } from './join-streams.ts';
import type { Pace } from './pace.ts';
import { makeSealed, type OutputRows } from './sealed-output.ts';
import { withSealed } from './with-sealed.ts';

/**
 * Makes one sealed segment of neighbouring ones: stream by stream, block by block (S10).
 * @throws `CORRUPT` with the place when an input is damaged; `ABORTED NO_SPACE IO`. Then nothing is left behind
 */
export async function mergeSegments(
  fs: FileSystem,
  place: CompactionPlace,
  { inputs, lastEpoch, later, output: id, prunes }: MergeJob,
  pace: Pace,
): Promise<SealedOutput> {
  const made = await withSealed(fs, place, [...inputs, ...later], async (segments) =>
    makeSealed(fs, place, id, pace, async (output) => {
      for (const { name, parts } of joinStreams(segments)) {
        const own = parts.slice(0, inputs.length).filter((part) => part !== undefined);
        const prunedThrough = Math.max(
          prunes.get(name) ?? 0,
          ...parts.map((part) => part?.prunedThrough ?? 0),
        );
        if (own.length > 0) await mergeStream(output, name, own, prunedThrough);
        if (pace.isDue) await pace.rest();
      }
    }),
  );
  return { ...made, lastEpoch };
}

async function mergeStream(
  output: OutputRows,
  name: string,
  parts: readonly SealedStream[],
  prunedThrough: number,
): Promise<void> {
  output.begin(name, prunedThrough);
  for (const part of parts) {
    // What is before it is pruned: those blocks need not be read.
    const first = part.partOf(prunedThrough + 1);
    for (let i = 0; i < first; i++) output.dropped += part.part(i).count;
    for (let i = first; i < part.parts; i++) {
      for (const run of part.runs(i)) await output.add(run);
    }
  }
  output.end({
    next: parts.at(-1)?.next ?? 1,
    lost: parts.flatMap(({ lost }) => lost),
  });
}

import type { FileSystem } from '../file-system/file-system.ts';
import type { SealedStream } from '../sealed/sealed-stream.ts';
import type { CompactionPlace, Survey, SurveyJob } from './compaction-job.ts';
import { joinStreams } from './join-streams.ts';
import type { Pace } from './pace.ts';
import { withSealed } from './with-sealed.ts';

/** How much of each sealed segment was pruned: reads their directories, and no line. @throws `CORRUPT ABORTED IO` */
export async function surveyPrunes(
  fs: FileSystem,
  place: CompactionPlace,
  { segments: inputs, prunes }: SurveyJob,
  pace: Pace,
): Promise<Survey> {
  const tally = inputs.map(({ id }) => ({ id, lines: 0, pruned: 0 }));
  await withSealed(fs, place, inputs, async (segments) => {
    for (const { name, parts } of joinStreams(segments)) {
      const through = Math.max(prunes.get(name) ?? 0, ...parts.map((part) => part?.prunedThrough ?? 0));
      for (const [i, part] of parts.entries()) {
        const segment = tally[i];
        if (part === undefined || segment === undefined) continue;
        segment.lines += part.lines;
        segment.pruned += through === 0 ? 0 : linesUpTo(part, through);
      }
      if (pace.isDue) await pace.rest();
    }
  });
  return tally;
}

/** How many lines there are up to number `through`. The numbers of a part follow one another. */
function linesUpTo(stream: SealedStream, through: number): number {
  if (through < stream.first) return 0;
  if (through + 1 >= stream.next) return stream.lines;
  const boundary = stream.partOf(through + 1);
  let lines = 0;
  for (let i = 0; i < boundary; i++) lines += stream.part(i).count;
  if (boundary === stream.parts) return lines;
  return lines + Math.max(0, through + 1 - stream.part(boundary).first);
}

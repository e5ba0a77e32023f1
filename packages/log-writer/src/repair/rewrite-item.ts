import type { FileSystem } from '../file-system/file-system.ts';
import type { SealedSegmentEntry } from '../format/manifest.ts';
import { compareUtf8 } from '../index/compare-utf8.ts';
import type { CompactionPlace } from '../maintenance/compaction-job.ts';
import type { Pace } from '../maintenance/pace.ts';
import { makeSealed } from '../maintenance/sealed-output.ts';
import type { LineRun } from '../view/line-run.ts';
import { sliceRun } from '../view/run-slice.ts';
import type { LogItem } from './log-items.ts';
import { unite } from './number-ranges.ts';
import type { ReadableRows } from './surveyed-file.ts';

/**
 * Writes a sealed segment of all that can be read of an item, and of what is lost of it. It is on the device when this
 * resolves. @throws `ABORTED NO_SPACE IO`, and nothing is left behind
 */
export async function rewriteItem(
  fs: FileSystem,
  place: CompactionPlace,
  item: LogItem,
  id: number,
  pace: Pace,
): Promise<Omit<SealedSegmentEntry, 'lastEpoch'>> {
  const sources: ReadableRows[] = [];
  try {
    for (const source of item.sources) sources.push(await source.load(pace));
    const names = new Set([...item.facts.streams.keys(), ...item.nexts.keys()]);
    const { bytes, lines, streams } = await makeSealed(fs, place, id, pace, async (output) => {
      for (const name of [...names].sort(compareUtf8)) {
        const facts = item.facts.streams.get(name);
        const lost = unite([...(facts?.lost ?? []), ...(item.lost.get(name) ?? [])]);
        output.begin(name, facts?.prunedThrough ?? 0);
        for (const run of joined(sources, name, item.floors.get(name) ?? 1)) await output.add(run);
        output.end({ next: Math.max(facts?.next ?? 1, item.nexts.get(name) ?? 1), lost });
      }
    });
    return { id, kind: 'sealed', bytes, lines, streams };
  } finally {
    for (const source of sources) source.close();
  }
}

/** The lines of a stream from number `floor` on, each once, whichever files have it. */
function* joined(sources: readonly ReadableRows[], name: string, floor: number): Generator<LineRun> {
  const heads = sources
    .map((source) => source.runs(name)[Symbol.iterator]())
    .map((runs) => ({ runs, head: runs.next() }));
  let next = floor;
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const one of heads)
      if (!one.head.done && (first === undefined || one.head.value.first < first.head.value.first))
        first = one;
    if (first === undefined) return;
    const run = sliceRun(first.head.value, next);
    if (run !== undefined) {
      yield run;
      next = run.first + run.count;
    }
    first.head = first.runs.next();
  }
}

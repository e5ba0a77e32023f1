import type { Epoch, Problem } from '@stepwell/core';
import type { FileSystem } from '../file-system/file-system.ts';
import type { Pace } from '../maintenance/pace.ts';
import { sealedPath } from '../sealed/sealed-path.ts';
import { SealedSegment } from '../sealed/sealed-segment.ts';
import { verifySealed } from '../sealed/verify-sealed.ts';
import { addEntry } from './add-entry.ts';
import { RawFile } from './raw-file.ts';
import { readHeader } from './read-header.ts';
import { SalvagedSegment, unknownDirectory } from './salvage-sealed.ts';
import { SegmentFacts } from './segment-facts.ts';
import type { ReadableRows, SurveyedFile } from './surveyed-file.ts';

export interface SealedAsked {
  readonly id: number;
  /** `undefined` while it is not known. */
  readonly store: string | undefined;
  /** As the manifest says; `undefined` where none does. */
  readonly bytes?: number | undefined;
}

/** Looks at every byte. @throws `CORRUPT` when the file is missing; `SCHEMA_TOO_NEW ABORTED IO` */
export async function surveySealed(
  fs: FileSystem,
  directory: string,
  { id, store, bytes }: SealedAsked,
  pace: Pace,
): Promise<SurveyedFile> {
  const path = sealedPath(directory, id);
  const file = { id, kind: 'sealed' } as const;
  const raw = new RawFile(fs, path);
  try {
    const { size } = raw;
    const header = readHeader(raw, file, store);
    const { salt, isForeign } = header;
    const common = { file, path, size, store: header.store, isForeign, end: size };
    const none: ReadableRows = { runs: () => [], close: () => {} };
    const isReadable = salt !== undefined && !isForeign;
    const load = async (pace: Pace): Promise<ReadableRows> => {
      return isReadable ? await SalvagedSegment.read(new RawFile(fs, path), id, salt, pace) : none;
    };
    if (header.problem !== undefined || header.store === undefined) {
      const problems = header.problem === undefined ? [] : [header.problem];
      if (!isReadable)
        return {
          ...common,
          problems: [...problems, unknownDirectory(path)],
          facts: new SegmentFacts(),
          lines: 0,
          load,
        };
      const salvaged = await SalvagedSegment.read(new RawFile(fs, path), id, salt, pace);
      salvaged.close();
      return {
        ...common,
        problems: [...problems, ...salvaged.problems, ...salvaged.unknown],
        facts: salvaged.facts,
        lines: 0,
        load,
      };
    }
    const problems: Problem[] = [];
    for (const problem of verifySealed(fs, directory, id, header.store, bytes ?? size)) {
      if (problem !== undefined) problems.push(problem);
      if (pace.isDue) await pace.rest();
    }
    if (problems.length === 0) {
      const { facts, lines } = factsOf(fs, directory, id, header.store, size);
      return { ...common, problems, facts, lines, load };
    }
    const salvaged = await SalvagedSegment.read(new RawFile(fs, path), id, header.salt ?? 0, pace);
    salvaged.close();
    return { ...common, problems: [...problems, ...salvaged.unknown], facts: salvaged.facts, lines: 0, load };
  } finally {
    raw.close();
  }
}

/** What the directory of a sound segment says. */
function factsOf(
  fs: FileSystem,
  directory: string,
  id: number,
  store: string,
  bytes: number,
): { readonly facts: SegmentFacts; readonly lines: number } {
  const segment = SealedSegment.open(fs, directory, id, store, bytes);
  try {
    const facts = new SegmentFacts();
    for (let page = 0; page < segment.pieces.pages; page++)
      for (const entry of segment.page(page)) addEntry(facts, entry, true);
    const { firstEpoch, lastEpoch, lines } = segment.totals;
    for (const epoch of [firstEpoch, lastEpoch] satisfies Epoch[]) if (epoch > 0) facts.noteEpoch(epoch);
    return { facts, lines };
  } finally {
    segment.close();
  }
}

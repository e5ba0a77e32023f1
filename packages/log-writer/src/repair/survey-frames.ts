import type { Epoch, Problem } from '@stepwell/core';
import { damaged, meaningless } from '../driver/problems.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import { readFrame } from '../format/frame-contents.ts';
import { frameBytes } from '../format/frame-header.ts';
import { checkFlags } from '../format/line-flags.ts';
import { MalformedError } from '../format/malformed-error.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { GatheredRows } from '../maintenance/gathered-rows.ts';
import type { Pace } from '../maintenance/pace.ts';
import { findFrames } from '../segment/find-frames.ts';
import { type Frame, FrameReader } from '../segment/frame-reader.ts';
import { SegmentFile, segmentPath } from '../segment/segment-file.ts';
import { RawFile } from './raw-file.ts';
import { readHeader } from './read-header.ts';
import { SegmentFacts } from './segment-facts.ts';
import type { ReadableRows, SurveyedFile } from './surveyed-file.ts';

export interface FramesAsked {
  readonly id: number;
  /** `undefined` while it is not known. */
  readonly store: string | undefined;
  /** Frames of later commits never happened. */
  readonly limit: Epoch;
  /** How long a complete one is; `undefined` for the last one, and where no manifest says it. */
  readonly bytes?: number | undefined;
  /** Where the rest is left to recovery; the end of the file if it is not said. */
  readonly upTo?: number | undefined;
}

/** Looks for frames, also behind what is none. @throws `CORRUPT` when the file is missing; `SCHEMA_TOO_NEW ABORTED IO` */
export async function surveyFrames(
  fs: FileSystem,
  directory: string,
  asked: FramesAsked,
  pace: Pace,
): Promise<SurveyedFile> {
  const { id, store } = asked;
  const path = segmentPath(directory, id);
  const file = { id, kind: 'frames' } as const;
  const raw = new RawFile(fs, path);
  try {
    const { size } = raw;
    const { salt, isForeign, problem, store: found } = readHeader(raw, file, store);
    const survey = new Survey(asked, size);
    if (problem !== undefined) survey.problems.push(problem);
    const isReadable = salt !== undefined && !isForeign;
    if (isReadable) await survey.read(SegmentFile.openAsIs(fs, directory, id, salt), pace);
    const { problems, facts, end, offsets } = survey;
    const load = async (pace: Pace): Promise<ReadableRows> => {
      if (!isReadable) return { runs: () => [], close: () => {} };
      return await gather(SegmentFile.openAsIs(fs, directory, id, salt), offsets, pace);
    };
    return { file, path, size, problems, facts, end, lines: 0, store: found, isForeign, load };
  } finally {
    raw.close();
  }
}

class Survey {
  readonly problems: Problem[] = [];
  readonly facts: SegmentFacts = new SegmentFacts();
  /** Of the frames that are read. */
  readonly offsets: number[] = [];
  end = segmentHeaderBytes;
  readonly #asked: FramesAsked;
  readonly #size: number;
  /** The last commit of lines that was read. */
  #last: Epoch = 0;

  constructor(asked: FramesAsked, size: number) {
    this.#asked = asked;
    this.#size = size;
  }

  /** Closes `segment`. */
  async read(segment: SegmentFile, pace: Pace): Promise<void> {
    try {
      const { bytes, upTo } = this.#asked;
      const size = this.#size;
      const end = Math.min(upTo ?? size, bytes ?? size);
      if (bytes !== undefined && size !== bytes) {
        const message = `${segment.path}: ${size} bytes where ${bytes} belong`;
        const offset = Math.min(size, bytes);
        this.problems.push({ id: 'log.segment.size', where: segment.path, offset, message });
      }
      const reader = new FrameReader();
      for (let offset = segmentHeaderBytes; offset < end; ) {
        const frame = reader.read(segment, offset, end);
        if (frame === undefined) offset = this.#skip(segment, reader, offset, end);
        else {
          this.#take(segment, frame);
          offset += frameBytes(frame.header);
        }
        if (pace.isDue) await pace.rest();
      }
    } finally {
      segment.close();
    }
  }

  /** What is no frame: up to where its header says that it ends, where one is whole, else to the next frame. */
  #skip(segment: SegmentFile, reader: FrameReader, offset: number, end: number): number {
    const header = reader.header(segment, offset);
    let next: number;
    if (header !== undefined && offset + frameBytes(header) <= end) {
      next = offset + frameBytes(header);
      if (header.epoch <= this.#asked.limit) this.facts.noteEpoch(header.epoch);
    } else {
      const [found] = findFrames(segment, offset, end);
      next = found?.offset ?? end;
    }
    this.problems.push(damaged(segment, offset, next));
    return next;
  }

  #take(segment: SegmentFile, { header, content, columns }: Frame): void {
    const { offset, epoch } = header;
    try {
      if (epoch > this.#asked.limit)
        throw new MalformedError(`commit ${epoch} is beyond ${this.#asked.limit}, where the records end`);
      const { lines, lost, prunes } = readFrame(header, content, columns);
      if (epoch < this.#last || (lines !== undefined && epoch === this.#last))
        throw new MalformedError(`epoch ${epoch} follows ${this.#last}`);
      if (lines !== undefined) {
        checkFlags(lines.flags);
        void lines.times;
        for (const { name, first, count } of lines.streams) {
          if (first < 1 || count < 1) throw new MalformedError('a number of lines makes no sense');
          this.facts.addLines(name, first, count);
        }
      }
      for (const { name, from, to } of lost) this.facts.addLost(name, { from, to });
      for (const { name, through } of prunes) this.facts.addPrune(name, through);
      this.facts.noteEpoch(epoch);
      this.#last = epoch;
      this.offsets.push(offset);
      this.end = offset + frameBytes(header);
    } catch (error) {
      this.problems.push(meaningless(segment, offset, error));
    }
  }
}

async function gather(segment: SegmentFile, offsets: readonly number[], pace: Pace): Promise<ReadableRows> {
  try {
    const rows = new GatheredRows();
    const reader = new FrameReader();
    for (const offset of offsets) {
      const frame = reader.read(segment, offset, segment.size);
      if (frame === undefined) continue;
      const { lines } = readFrame(frame.header, frame.content, frame.columns);
      if (lines !== undefined) rows.addLines(frame.header.epoch, lines);
      if (pace.isDue) await pace.rest();
    }
    return { runs: (name) => rows.stream(name).runs(), close: () => {} };
  } finally {
    segment.close();
  }
}

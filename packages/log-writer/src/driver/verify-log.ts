import { isDeepStrictEqual } from 'node:util';
import {
  Breather,
  type MaintenanceOptions,
  type MaintenanceReport,
  type Problem,
  StoreError,
} from '@stepwell/core';
import { readFrame } from '../format/frame-contents.ts';
import { frameBytes, frameHeaderBytes, frameKinds } from '../format/frame-header.ts';
import type { StreamSummary } from '../format/frame-summary.ts';
import { checkFlags } from '../format/line-flags.ts';
import { MalformedError } from '../format/malformed-error.ts';
import type { FrameSegmentEntry, FrameSummary, SealedSegmentEntry } from '../format/manifest.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { FrameIndex } from '../index/frame-index.ts';
import type { LogIndex } from '../index/log-index.ts';
import { indexSteps } from '../index/write-segment-index.ts';
import { findFrames } from '../segment/find-frames.ts';
import { type Frame, FrameReader } from '../segment/frame-reader.ts';
import { indexOf } from '../segment/log-files.ts';
import type { SegmentFile } from '../segment/segment-file.ts';
import type { OpenLog } from './open-log.ts';
import { asProblem, damaged, meaningless, misleading, tooLong } from './problems.ts';

interface Tally {
  frames: number;
  lines: number;
  bytes: number;
  readonly problems: Problem[];
  /** Numbers and epochs must follow one another; unless frames are missing, which is a problem by itself. */
  index: LogIndex | undefined;
  /** The place of the segment that is being read, among those of frames. */
  at: number;
}

/** Reads every byte of every frame up to the last commit, and checks all there is to check. Changes nothing. */
export async function verifyLog(log: OpenLog, options: MaintenanceOptions = {}): Promise<MaintenanceReport> {
  const known = log.files.manifest;
  const problems = [...log.manifestProblems()];
  // A manifest that cannot be read cannot be pinned: what is known of it is checked all the same.
  const hold = problems.length === 0 ? await log.pinLocks.hold() : undefined;
  try {
    if (log.files.manifest !== known) await log.catchUp();
    return await verifyFiles(log, problems, options);
  } finally {
    hold?.release();
  }
}

async function verifyFiles(
  log: OpenLog,
  problems: Problem[],
  { signal }: MaintenanceOptions,
): Promise<MaintenanceReport> {
  const { manifest, end } = log.files;
  const index = indexOf(manifest, new Map());
  const tally: Tally = { frames: 0, lines: 0, bytes: 0, problems, index, at: 0 };
  const breather = new Breather();
  for (const [place, segment] of manifest.segments.entries()) {
    const complete = place < manifest.segments.length - 1;
    const steps =
      segment.kind === 'sealed'
        ? verifySealedSegment(log, segment, tally)
        : verifySegment(log, segment, complete ? segment.bytes : end, complete, tally);
    for (const _ of steps) {
      if (signal?.aborted) throw new StoreError('ABORTED', 'verify was aborted', { cause: signal.reason });
      if (breather.isDue) await breather.pause();
    }
    if (segment.kind === 'frames') tally.at += 1;
  }
  return {
    performed: true,
    measures: [
      { name: 'logs.verify.frames', unit: 'count', value: tally.frames, meaning: 'Frames that were read' },
      { name: 'logs.verify.lines', unit: 'count', value: tally.lines, meaning: 'Lines in them' },
      {
        name: 'logs.verify.bytes',
        unit: 'bytes',
        value: tally.bytes,
        meaning: 'Bytes of segments that were read',
      },
    ],
    problems: tally.problems,
  };
}

/** Yields after each page of the directory and each block. */
function* verifySealedSegment(log: OpenLog, segment: SealedSegmentEntry, tally: Tally): Generator<void> {
  for (const problem of log.files.verifySealed(segment)) {
    if (problem !== undefined) tally.problems.push(problem);
    yield;
  }
  tally.lines += segment.lines;
  tally.bytes += segment.bytes;
}

/** Yields after each frame. */
function* verifySegment(
  log: OpenLog,
  { id, summary }: FrameSegmentEntry,
  end: number,
  complete: boolean,
  tally: Tally,
): Generator<void> {
  let segment: SegmentFile;
  try {
    segment = log.files.openAnew(id);
  } catch (error) {
    tally.problems.push(asProblem('segment', log.files.pathOf(id), error));
    tally.index = undefined;
    return;
  }
  try {
    if (complete && segment.size > end) tally.problems.push(tooLong(segment, end));
    const reader = new FrameReader();
    let last = segmentHeaderBytes;
    for (let offset = segmentHeaderBytes; offset < end; ) {
      const frame = reader.read(segment, offset, end);
      last = offset;
      if (frame === undefined) {
        const next = nextFrame(reader, segment, offset, end);
        tally.problems.push(damaged(segment, offset, next));
        tally.index = undefined;
        offset = next;
      } else {
        if (frame.header.kind !== frameKinds.index) verifyFrame(log, segment, frame, tally);
        else yield* verifyIndex(segment, frame, summary, tally);
        offset += frameBytes(frame.header);
      }
      yield;
    }
    if (summary !== undefined && last !== summary.index)
      tally.problems.push(misleading(segment, summary.index, 'it is not the last frame of its segment'));
    tally.bytes += end;
  } catch (error) {
    tally.problems.push(asProblem('segment', segment.path, error));
  } finally {
    segment.close();
  }
}

/** Makes the index anew, and compares. One that stands elsewhere nobody reads: a roll left it that did not come to its end. */
function* verifyIndex(
  segment: SegmentFile,
  { header, content, columns }: Frame,
  summary: FrameSummary | undefined,
  tally: Tally,
): Generator<void> {
  const index = tally.index?.framed[tally.at]?.index;
  if (!(index instanceof FrameIndex)) return;
  const { offset, synced } = header;
  if (offset === summary?.index) {
    const made = yield* indexSteps(index, { offset, synced, salt: segment.salt });
    const known = Buffer.concat([content, columns]);
    if (!made.frame.subarray(frameHeaderBytes).equals(known))
      tally.problems.push(misleading(segment, offset, 'it is not that of the frames before it'));
    else if (!isDeepStrictEqual({ ...made.summary }, { ...summary }))
      tally.problems.push(misleading(segment, offset, 'the manifest says otherwise'));
  }
  index.skip(frameBytes(header));
}

function verifyFrame(
  log: OpenLog,
  segment: SegmentFile,
  { header, content, columns }: Frame,
  tally: Tally,
): void {
  const { offset, epoch, crc } = header;
  const place = { segment: segment.id, offset, length: frameBytes(header), epoch, crc };
  tally.frames += 1;
  try {
    const { lines, lost, prunes } = readFrame(header, content, columns);
    if (lines === undefined) {
      tally.index?.addLost(tally.at, place, lost);
      return;
    }
    checkFlags(lines.flags);
    tally.lines += lines.times.length;
    if (tally.problems.length === 0) checkBehindSealed(log, lines.streams, tally);
    tally.index?.addLines(tally.at, place, lines.streams, prunes);
  } catch (error) {
    tally.problems.push(meaningless(segment, offset, error));
  }
}

/** The first lines of a stream in frames follow those that are sealed. @throws MalformedError */
function checkBehindSealed({ files }: OpenLog, streams: readonly StreamSummary[], { index }: Tally): void {
  if (index === undefined || index.sealed.length === 0) return;
  for (const { name, first } of streams) {
    if (index.nextNumber(name) !== undefined) continue;
    const next = files.nextSealedNumber(name);
    if (first !== next)
      throw new MalformedError(`line ${first} of ${JSON.stringify(name)} stands where ${next} belongs`);
  }
}

/** Where to go on behind a damaged frame: at its end, where its header still tells, else at the next intact one. */
function nextFrame(reader: FrameReader, segment: SegmentFile, offset: number, end: number): number {
  const header = reader.header(segment, offset);
  if (header !== undefined && offset + frameBytes(header) <= end) return offset + frameBytes(header);
  const [next] = findFrames(segment, offset, end);
  return next?.offset ?? end;
}

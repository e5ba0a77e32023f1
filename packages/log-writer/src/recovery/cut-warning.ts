import type { Epoch, StoreWarning } from '@stepwell/core';
import { readFrame } from '../format/frame-contents.ts';
import { frameBytes, frameKinds } from '../format/frame-header.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { corrupt } from '../segment/corrupt.ts';
import { type Frame, FrameReader } from '../segment/frame-reader.ts';
import type { Stop } from '../segment/frame-scanner.ts';
import type { LogFiles } from '../segment/log-files.ts';
import type { Recovery } from './recovery.ts';

/** Intact frames that are about to be cut. */
interface Tally {
  commits: number;
  lines: number;
  bytes: number;
  first: Epoch;
  last: Epoch;
}

/** What a cut at `stop` takes away, in words and in numbers; to be made before it, while the frames are there. */
export function cutWarning({ files, leader, rebooted }: Recovery, stop: Stop): StoreWarning {
  const { segment, offset, size, reason } = stop;
  const file = files.pathOf(segment);
  const bytes = Math.max(0, size - offset);
  const details = { file, offset, bytes, reason, rebooted };
  if (reason !== 'above') {
    const cause = rebooted
      ? 'what a power cut left of the last appends'
      : 'the append of a process that died in the middle of it';
    const message = `${file} was cut at byte ${offset}; the ${bytes} bytes behind it were ${cause}`;
    return { id: 'log.tail.cut', message, details };
  }
  const { commits, lines, first, last, bytes: all } = tallyFrames(files, stop);
  const recorded = leader?.epoch ?? files.index.lastEpoch;
  const what = `${counted(lines, 'line')} of ${counted(commits, 'commit')} (${epochs(first, last)}, ${all} bytes)`;
  const cause = rebooted
    ? 'the records lost them in the power failure, or their commit was never finished'
    : 'their commit was never finished';
  const message = `${file} was cut at byte ${offset}: ${what} stood above epoch ${recorded}, where the records end; ${cause}`;
  return { id: 'log.tail.cut', message, details: { ...details, commits, lines, recorded, last } };
}

/** The frames from `stop` to the end of the log, or to the first that is not intact. */
function tallyFrames({ pool, manifest }: LogFiles, stop: Stop): Tally {
  const tally: Tally = { commits: 0, lines: 0, bytes: 0, first: 0, last: 0 };
  const reader = new FrameReader();
  const place = manifest.segments.findIndex(({ id }) => id === stop.segment);
  for (const { id } of manifest.segments.slice(place)) {
    const segment = pool.get(id);
    let offset = id === stop.segment ? stop.offset : segmentHeaderBytes;
    while (offset < segment.size) {
      const frame = reader.read(segment, offset, segment.size);
      if (frame === undefined) return tally;
      offset += frameBytes(frame.header);
      const { epoch, kind } = frame.header;
      // What it says of is counted already.
      if (kind === frameKinds.index) continue;
      tally.lines += linesOf(frame, segment.path);
      tally.commits += 1;
      tally.first ||= epoch;
      tally.last = epoch;
      tally.bytes += frameBytes(frame.header);
    }
  }
  return tally;
}

/** What is not understood is not cut. @throws `CORRUPT` */
function linesOf({ header, content, columns }: Frame, path: string): number {
  try {
    const { lines } = readFrame(header, content, columns);
    return lines?.streams.reduce((sum, { count }) => sum + count, 0) ?? 0;
  } catch (error) {
    throw corrupt(path, header.offset, 'the frame is intact but makes no sense', error);
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function epochs(first: Epoch, last: Epoch): string {
  return first === last ? `epoch ${first}` : `epochs ${first} to ${last}`;
}

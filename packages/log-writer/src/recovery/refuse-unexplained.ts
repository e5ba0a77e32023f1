import type { LeaderState } from '@stepwell/core';
import { frameBytes } from '../format/frame-header.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { corrupt } from '../segment/corrupt.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { Stop } from '../segment/frame-scanner.ts';
import type { LogFiles } from '../segment/log-files.ts';

/**
 * Since the machine booted only processes can have died, and that takes nothing that was written and leaves one group
 * without its commit: of the leader's next epoch, and the last thing in the log. All else means that the records or the
 * log were replaced by older ones, or cut.
 * @throws `CORRUPT`
 */
export function refuseUnexplained(files: LogFiles, stop: Stop, leader: LeaderState): void {
  const path = files.pathOf(stop.segment);
  if (files.index.lastEpoch < leader.mark) {
    throw corrupt(
      path,
      stop.offset,
      `the records know lines of epoch ${leader.mark}, and the log ends before`,
    );
  }
  if (stop.reason !== 'above') return;
  const header = new FrameReader().header(files.pool.get(stop.segment), stop.offset);
  if (header === undefined) return;
  if (header.epoch > leader.epoch + 1) {
    throw corrupt(
      path,
      stop.offset,
      `the frame is of epoch ${header.epoch}, and the records end at ${leader.epoch}`,
    );
  }
  const end = stop.offset + frameBytes(header);
  const more = `more follows than one commit, and the records end at ${leader.epoch}`;
  if (end < stop.size) throw corrupt(path, end, more);
  const { active } = files;
  if (active.id !== stop.segment) throw corrupt(files.pathOf(active.id), segmentHeaderBytes, more);
}

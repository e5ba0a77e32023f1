import type { LeaderState, StoreWarning } from '@stepwell/core';
import { corrupt } from '../segment/corrupt.ts';
import { findFrames } from '../segment/find-frames.ts';
import type { LogFiles, Stop } from '../segment/log-files.ts';
import type { Recovery } from './recovery.ts';

/**
 * S7: brings the end of the log to the last commit. `stop` says what follows the frames that are indexed. Only the
 * holder of the writer lock comes here, so no append is under way.
 *
 * @throws `CORRUPT`, and nothing is cut, when what follows is damage and not the trace of a death or a power cut
 */
export async function settleTail(recovery: Recovery, stop: Stop): Promise<void> {
  const { files, appender, rebooted, leader, warn } = recovery;
  if (stop.reason === 'end') return;
  if (stop.reason === 'invalid') refuseDamage(files, stop, rebooted, leader);
  await appender.cutTail(stop.segment, stop.offset);
  warn(cutWarning(files.pathOf(stop.segment), stop, rebooted));
}

/**
 * - Below the durable mark every byte was on the device: no power cut takes it.
 * - Without a reboot only the last append can be incomplete, that of a process that died in the middle of it.
 * - What the leader committed had been appended in full, so without a reboot it is there.
 */
function refuseDamage(files: LogFiles, stop: Stop, rebooted: boolean, leader: LeaderState | undefined): void {
  const path = files.pathOf(stop.segment);
  let durable = files.synced;
  for (const later of findFrames(files.pool.get(stop.segment), stop.offset, stop.size)) {
    if (!rebooted)
      throw corrupt(path, stop.offset, `the frame is damaged: an intact one follows at ${later.offset}`);
    durable = Math.max(durable, later.synced);
  }
  if (durable > stop.offset) {
    throw corrupt(path, stop.offset, `the frame is damaged: ${durable} bytes had reached the device`);
  }
  if (!rebooted && leader !== undefined && files.index.lastEpoch < leader.mark) {
    throw corrupt(path, stop.offset, `the frame is damaged: the records know lines of epoch ${leader.mark}`);
  }
}

function cutWarning(file: string, stop: Stop, rebooted: boolean): StoreWarning {
  const { offset, size, reason } = stop;
  const bytes = Math.max(0, size - offset);
  const cause =
    reason === 'above'
      ? 'a commit that never happened'
      : rebooted
        ? 'what a power cut left of the last appends'
        : 'the append of a process that died in the middle of it';
  return {
    id: 'log.tail.cut',
    message: `${file} was cut at byte ${offset}; the ${bytes} bytes behind it were ${cause}`,
    details: { file, offset, bytes, reason, rebooted },
  };
}

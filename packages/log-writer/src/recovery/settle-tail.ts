import type { StoreError } from '@stepwell/core';
import { frameBytes, frameHeaderBytes } from '../format/frame-header.ts';
import { corrupt } from '../segment/corrupt.ts';
import { findFrames } from '../segment/find-frames.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import type { Stop } from '../segment/frame-scanner.ts';
import type { LogFiles } from '../segment/log-files.ts';
import { cutWarning } from './cut-warning.ts';
import type { Recovery } from './recovery.ts';
import { refuseUnexplained } from './refuse-unexplained.ts';

/**
 * S7: brings the end of the log to the last commit. `stop` says what follows the frames that are indexed. Only the
 * holder of the writer lock comes here, so no append is under way.
 *
 * @throws `CORRUPT`, and nothing is cut, when what follows is damage and not the trace of a death or a power cut
 */
export async function settleTail(recovery: Recovery, stop: Stop): Promise<void> {
  const { appender, warn } = recovery;
  refuseTail(recovery, stop);
  if (stop.reason === 'end') return;
  const warning = cutWarning(recovery, stop);
  await appender.cutTail(stop.segment, stop.offset);
  warn(warning);
}

/** @throws `CORRUPT` when what follows the frames that are indexed is damage; changes nothing */
export function refuseTail(
  { files, rebooted, leader }: Pick<Recovery, 'files' | 'rebooted' | 'leader'>,
  stop: Stop,
): void {
  if (leader !== undefined && !rebooted) refuseUnexplained(files, stop, leader);
  if (stop.reason === 'invalid') refuseDamage(files, stop, rebooted);
}

/**
 * - Below the durable mark every byte was on the device: no power cut takes it.
 * - Without a reboot only the last append can be incomplete, that of a process that died in the middle of it: the file
 *   ends in the middle of that frame.
 */
function refuseDamage(files: LogFiles, stop: Stop, rebooted: boolean): void {
  const damaged = (why: string): StoreError =>
    corrupt(files.pathOf(stop.segment), stop.offset, `the frame is damaged (${why})`);
  const durable = durableMark(files, stop);
  if (durable > stop.offset) throw damaged(`${durable} bytes had reached the device`);
  if (rebooted) return;
  if (!isTorn(files, stop)) throw damaged('it is there in full');
}

/** How much of the segment had been synced, as the manifest and the frames before and behind the place say. */
function durableMark(files: LogFiles, stop: Stop): number {
  let durable = files.synced;
  for (const later of findFrames(files.pool.get(stop.segment), stop.offset, stop.size)) {
    durable = Math.max(durable, later.synced);
  }
  return durable;
}

/** Whether the file ends in the middle of a frame: processes write from front to back. */
function isTorn(files: LogFiles, { segment, offset, size }: Stop): boolean {
  if (size - offset < frameHeaderBytes) return true;
  const header = new FrameReader().header(files.pool.get(segment), offset);
  return header !== undefined && offset + frameBytes(header) > size;
}

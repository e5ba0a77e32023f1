import { Breather, type Epoch } from '@stepwell/core';
import type { LogIndex } from '../index/log-index.ts';
import { corrupt } from '../segment/corrupt.ts';
import { findFrames } from '../segment/find-frames.ts';
import type { Stop } from '../segment/frame-scanner.ts';
import type { LogFiles } from '../segment/log-files.ts';

/** So many bytes are read at a time, before the event loop may go round. */
const stride = 4 * 1024 * 1024;

/**
 * Indexes what was committed up to an epoch, without the writer lock. What follows may be an append that is under way,
 * or that of a dead process: it is left alone, and only bytes at or below the epoch are called corrupt.
 * @param limit the epoch; asked anew after each pause, since what is pending may have changed
 * @param log the segments to read on in; the handle's own may be others after each pause
 * @throws `CORRUPT IO`
 */
export async function readOn(
  files: LogFiles,
  limit: () => Epoch,
  log: () => LogIndex = () => files.index,
): Promise<Stop> {
  let seen: Stop | undefined;
  for (;;) {
    const stop = await scan(files, limit, log);
    if (stop.reason !== 'invalid') return stop;
    refuseDurable(files, stop);
    const later = firstUpTo(files, stop, limit());
    if (later === undefined) return stop;
    // Behind an intact frame nothing is under way, so a second look tells an append that was from a damaged frame.
    if (seen?.offset === stop.offset && seen.segment === stop.segment) {
      throw corrupt(
        files.pathOf(stop.segment),
        stop.offset,
        `the frame is damaged: an intact one follows at ${later}`,
      );
    }
    seen = stop;
  }
}

/** What had reached the device is no append that is under way. @throws `CORRUPT` */
function refuseDurable(files: LogFiles, { segment, offset }: Stop): void {
  const { id, bytes } = files.active;
  if (segment !== id || offset >= bytes) return;
  throw corrupt(
    files.pathOf(segment),
    offset,
    `the frame is damaged (${bytes} bytes had reached the device)`,
  );
}

/** Indexes all that there is up to an epoch, and lets the event loop go round meanwhile. */
export async function scan(
  files: LogFiles,
  limit: () => Epoch,
  log: () => LogIndex = () => files.index,
): Promise<Stop> {
  const breather = new Breather();
  for (;;) {
    const stop = files.advance(limit(), stride, log());
    if (stop.reason !== 'budget') return stop;
    if (breather.isDue) await breather.pause();
  }
}

/** Where the first intact frame of a commit up to `epoch` stands behind `stop`. */
function firstUpTo(files: LogFiles, stop: Stop, epoch: Epoch): number | undefined {
  for (const frame of findFrames(files.pool.get(stop.segment), stop.offset, stop.size)) {
    if (frame.epoch <= epoch) return frame.offset;
  }
  return undefined;
}

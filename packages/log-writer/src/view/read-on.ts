import type { Epoch } from '@stepwell/core';
import { corrupt } from '../segment/corrupt.ts';
import { findFrames } from '../segment/find-frames.ts';
import type { LogFiles, Stop } from '../segment/log-files.ts';

/**
 * Indexes what others have committed up to `epoch`, without the writer lock. What follows may be an append that is
 * under way, or that of a dead process: it is left alone, and only bytes at or below `epoch` are called corrupt.
 * @throws `CORRUPT IO`
 */
export function readOn(files: LogFiles, epoch: Epoch): Stop {
  let stop = files.advance(epoch);
  while (stop.reason === 'invalid') {
    const later = firstUpTo(files, stop, epoch);
    if (later === undefined) return stop;
    // Behind an intact frame nothing is under way, so a second look tells an append that was from a frame that is damaged.
    const again = files.advance(epoch);
    if (again.reason === 'invalid' && again.offset === stop.offset && again.segment === stop.segment) {
      throw corrupt(
        files.pathOf(stop.segment),
        stop.offset,
        `the frame is damaged: an intact one follows at ${later}`,
      );
    }
    stop = again;
  }
  return stop;
}

/** Where the first intact frame of a commit up to `epoch` stands behind `stop`. */
function firstUpTo(files: LogFiles, stop: Stop, epoch: Epoch): number | undefined {
  for (const frame of findFrames(files.pool.get(stop.segment), stop.offset, stop.size)) {
    if (frame.epoch <= epoch) return frame.offset;
  }
  return undefined;
}

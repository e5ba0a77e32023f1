import type { Epoch } from '@stepwell/core';
import type { LogIndex } from '../index/log-index.ts';
import { corrupt } from '../segment/corrupt.ts';
import type { Stop } from '../segment/frame-scanner.ts';
import type { LogFiles } from '../segment/log-files.ts';

/**
 * `stop` says where the log ends. What is known to be committed cannot be missing.
 * @throws `CORRUPT` when the log ends before `epoch`
 */
export function refuseMissing(
  files: LogFiles,
  { segment, offset }: Stop,
  epoch: Epoch,
  { lastEpoch }: LogIndex = files.index,
): void {
  if (lastEpoch >= epoch) return;
  throw corrupt(
    files.pathOf(segment),
    offset,
    `lines of epoch ${epoch} were committed, and the log ends at epoch ${lastEpoch}`,
  );
}

import type { Epoch } from '@stepwell/core';
import { corrupt } from '../segment/corrupt.ts';
import type { LogFiles, Stop } from '../segment/log-files.ts';

/**
 * `stop` says where the log ends. What is known to be committed cannot be missing.
 * @throws `CORRUPT` when the log ends before `epoch`
 */
export function refuseMissing(files: LogFiles, { segment, offset }: Stop, epoch: Epoch): void {
  const { lastEpoch } = files.index;
  if (lastEpoch >= epoch) return;
  throw corrupt(
    files.pathOf(segment),
    offset,
    `lines of epoch ${epoch} were committed, and the log ends at epoch ${lastEpoch}`,
  );
}

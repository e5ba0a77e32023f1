import type { LeaderState, StoreWarning } from '@stepwell/core';
import type { LostSummary } from '../format/frame-summary.ts';
import type { LogFiles } from '../segment/log-files.ts';

/**
 * S2: the lines that the leader knows of and that are not here. After a power cut the records may be ahead of the logs,
 * by what both had not synced; nothing else explains it.
 */
export async function findLost(files: LogFiles, leader: LeaderState): Promise<readonly LostSummary[]> {
  const extents = await leader.extents(files.index.lastEpoch);
  return Object.entries(extents)
    .map(([name, to]) => ({ name, from: files.nextNumber(name), to }))
    .filter(({ from, to }) => from <= to);
}

export function lostWarning(lost: readonly LostSummary[], from: number, to: number): StoreWarning {
  const lines = lost.reduce((sum, range) => sum + range.to - range.from + 1, 0);
  return {
    id: 'log.lines.lost',
    message: `${lines} lines of ${lost.length} streams, written by commits ${from} to ${to}, did not survive`,
    details: { lines, ranges: lost.slice(0, 100) },
  };
}

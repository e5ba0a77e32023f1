import type { MaintenanceReport, Measure } from '@stepwell/core';
import type { Manifest } from '../format/manifest.ts';
import { type CompactionTally, sizeOf } from './compaction.ts';
import type { Elsewhere } from './compactor.ts';
import type { Rehearsal } from './rehearse.ts';

/** Of a compaction that was done, or that found nothing to do. */
export function compactReport(tally: CompactionTally): MaintenanceReport {
  const { before, after, sealed, merged, dropped, isOvertaken } = tally;
  const performed = sealed + merged > 0;
  const reason = isOvertaken
    ? 'the segments that were to be replaced were taken away meanwhile'
    : performed
      ? undefined
      : 'nothing is worth it: all complete segments are sealed, and merging them does not pay';
  return report(performed, reason, [
    segments('before', before.segments),
    segments('after', after.segments),
    bytes('before', before.bytes),
    bytes('after', after.bytes),
    ...work({ sealed, merged, dropped }),
  ]);
}

export function dryRunReport(
  before: Manifest,
  { sealed, merged, groups, rolled, dropped }: Rehearsal,
): MaintenanceReport {
  const reason =
    sealed + merged > 0
      ? `this was a dry run: it would seal ${sealed} segments, and make ${groups} of ${merged}`
      : 'this was a dry run: there is nothing to do';
  return report(false, reason, [
    segments('before', before.segments.length),
    segments('after', before.segments.length - merged + groups + (rolled > 0 ? 1 : 0)),
    bytes('before', sizeOf(before).bytes + rolled),
    ...work({ sealed, merged, dropped }),
  ]);
}

export function elsewhereReport({ elsewhere }: Elsewhere): MaintenanceReport {
  return report(false, `another process compacts these logs: ${elsewhere}`, []);
}

function work(done: Pick<CompactionTally, 'sealed' | 'merged' | 'dropped'>): Measure[] {
  return [
    count('logs.compact.sealed', done.sealed, 'Segments of frames that were sealed'),
    count('logs.compact.merged', done.merged, 'Sealed segments that were merged or rewritten'),
    count('logs.compact.lines.dropped', done.dropped, 'Pruned lines that are not in what was written'),
  ];
}

function segments(when: 'before' | 'after', value: number): Measure {
  return count(`logs.compact.segments.${when}`, value, `Segment files ${when} the compaction`);
}

function bytes(when: 'before' | 'after', value: number): Measure {
  const completed = when === 'before' ? '; with full also of the one that it completes' : '';
  const meaning = `Size of all complete segment files ${when} the compaction${completed}`;
  return { name: `logs.compact.bytes.${when}`, unit: 'bytes', value, meaning };
}

function count(name: string, value: number, meaning: string): Measure {
  return { name, unit: 'count', value, meaning };
}

function report(performed: boolean, reason: string | undefined, measures: Measure[]): MaintenanceReport {
  return { performed, ...(reason !== undefined && { reason }), measures, problems: [] };
}

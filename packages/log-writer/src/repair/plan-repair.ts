import type { Epoch, LeaderState, Problem } from '@stepwell/core';
import { sealedPath } from '../sealed/sealed-path.ts';
import { corrupt } from '../segment/corrupt.ts';
import { findGaps, type LostLines } from './find-gaps.ts';
import { isFramed, type LogItem, makeGap } from './log-items.ts';
import type { SurveyedLog } from './survey-log.ts';

/** What a repair will do. */
export interface RepairPlan {
  readonly log: SurveyedLog;
  /** The segments of the log that will be; without the one that is appended to, where that is made anew. */
  readonly items: readonly LogItem[];
  /** Of each of them, the last commit that it stands for. */
  readonly lastEpochs: readonly Epoch[];
  /** Ids from here on are given out: first to segments that are written. */
  readonly firstId: number;
  /** Of the segment that is appended to; `undefined` where the one that is there goes on. */
  readonly activeId: number | undefined;
  /** Of the manifest that will be. */
  readonly generation: number;
  /** Whether the log ends before the last commit of lines that the leader knows of. */
  readonly isShort: boolean;
  /** Lines that are lost from now on. */
  readonly lost: readonly LostLines[];
}

/** Numbers that must be higher than all that were used. */
export interface Used {
  /** Of segments, those that are kept as damaged too. */
  readonly id: number;
  /** Of locks of readers. */
  readonly pins: number;
}

/**
 * Plans a log that opens. `undefined` when there is nothing to repair.
 * @throws `CORRUPT` when the records were replaced by older ones: that is no damage of the log
 */
export async function planRepair(
  log: SurveyedLog,
  leader: LeaderState | undefined,
  rebooted: boolean,
  used: Used,
  directory: string,
): Promise<RepairPlan | undefined> {
  if (leader !== undefined) refuseNewer(log, leader, directory);
  const { manifest } = log;
  // After a reboot recovery says by itself what is missing at the end.
  const isShort =
    leader !== undefined && !(manifest !== undefined && rebooted) && endOf(log.items) < leader.mark;
  if (manifest !== undefined && !isShort && log.items.every(({ rewrite }) => !rewrite)) {
    const { items, lost } = findGaps(log.items, {});
    if (lost.length === 0 && items.every(({ rewrite }) => !rewrite)) return undefined;
  }
  if (manifest === undefined && log.files.length === 0 && !log.hasManifest && (leader?.mark ?? 0) === 0)
    return undefined;
  const extents = (await leader?.extents(0)) ?? {};
  const found = findGaps(log.items.map(copyOf), extents);
  const items = [...found.items];
  if (isShort) items.push(makeGap());
  // Segments of frames stand behind those that are sealed.
  const last = items.findLastIndex((item) => item.rewrite || !isFramed(item));
  for (const item of items.slice(0, last + 1)) if (isFramed(item)) item.rewrite = true;
  const hasActive = last < items.length - 1;
  const lastEpochs = epochsOf(items, hasActive ? 0 : (leader?.mark ?? 0));
  const highest = Math.max(
    used.id,
    ...log.files.map(({ file }) => file.id),
    manifest?.nextSegment ?? 0,
    log.atLeast.nextSegment,
  );
  const firstId = highest + 1;
  const rewritten = items.filter(({ rewrite }) => rewrite).length;
  const generation = Math.max(manifest?.generation ?? 0, log.atLeast.generation, used.pins) + 2;
  return {
    log,
    items,
    lastEpochs,
    firstId,
    activeId: hasActive ? undefined : firstId + rewritten,
    generation,
    isShort,
    lost: found.lost,
  };
}

/** What is wrong that nobody can say more of. */
export function unknownOf({ items }: SurveyedLog, leader: LeaderState | undefined): Problem[] {
  return items
    .filter(({ rewrite, sources, entry }) => rewrite && (sources.length === 0 || entry?.kind !== 'sealed'))
    .map(({ sources, entry }) => {
      const id = sources[0]?.file.id ?? entry?.id ?? 0;
      const end =
        leader === undefined
          ? ', and lines at the end of a stream that nothing follows are not known to be missing'
          : '';
      return {
        id: 'log.repair.unknown',
        where: `segment ${id}`,
        message: `what the damaged part of segment ${id} pruned is not known, so that it may be shown again${end}`,
      };
    });
}

/** The list is planned anew once it is known that there is something to do. */
function copyOf(item: LogItem): LogItem {
  return { ...item, lost: new Map(), nexts: new Map(), floors: new Map() };
}

function endOf(items: readonly LogItem[]): Epoch {
  return items.reduce((end, { facts }) => Math.max(end, facts.lastEpoch), 0);
}

/** Epochs rise from segment to segment, whatever can be read; the last of the leader's is in the last. */
function epochsOf(items: readonly LogItem[], mark: Epoch): Epoch[] {
  let epoch = 0;
  return items.map(({ facts }, i) => {
    epoch = Math.max(epoch, facts.lastEpoch, i === items.length - 1 ? mark : 0);
    return epoch;
  });
}

/** The records never go back behind what was sealed, unless they were replaced. */
function refuseNewer({ items }: SurveyedLog, { mark }: LeaderState, directory: string): void {
  for (const { facts, sources, entry } of items) {
    const [source] = sources;
    if ((source?.file.kind ?? entry?.kind) !== 'sealed' || facts.lastEpoch <= mark) continue;
    throw corrupt(
      source?.path ?? sealedPath(directory, entry?.id ?? 0),
      0,
      `lines up to epoch ${facts.lastEpoch} were sealed, and the records know of none above epoch ${mark}; bring back the records that belong to them`,
    );
  }
}

import type { RecordKind, RecordQuery } from '@stepwell/core';
import { tableOf } from './record-tables.ts';

/** A place in the order of a list; what the page holds lies strictly beyond it. */
export interface PageStart {
  readonly place: number;
  readonly id: string;
}

/** The bound in time on the side where a page begins. */
export function firstBoundOf(kind: RecordKind, query: RecordQuery): 'createdFrom' | 'createdBefore' {
  return (query.order ?? tableOf(kind).defaultOrder) === 'newest' ? 'createdBefore' : 'createdFrom';
}

/**
 * Where a page begins that comes `after` a record. SQLite reads an index from one bound on, and with two on the same
 * side it takes either; had it taken the wrong one, each page of a time range would cost as much as all before it. So
 * the two become one here:
 *
 *     newest first    (created_at, id) < after, or < (createdBefore, '') where that is narrower
 *     oldest first    (created_at, id) > after, or > (createdFrom, '')
 *
 * The empty text is below every id.
 */
export function startOf(kind: RecordKind, query: RecordQuery): PageStart {
  const { after } = query;
  if (after === undefined) return noStart;
  if ('index' in after) return { place: after.index, id: after.id };
  const { createdAt: place, id } = after;
  const side = firstBoundOf(kind, query);
  const bound = query[side];
  const isNarrower = side === 'createdBefore' ? place >= (bound ?? Infinity) : place < (bound ?? -Infinity);
  return bound !== undefined && isNarrower ? { place: bound, id: '' } : { place, id };
}

export const noStart: PageStart = { place: 0, id: '' };

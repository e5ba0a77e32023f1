import type { RecordFilter, RecordKind, RecordKinds, RecordQuery } from '@stepwell/core';
import { compareText } from './compare-text.ts';
import type { SortedMap } from './sorted-map.ts';

/** Any record, with the fields that some kinds lack. */
interface AnyRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly index?: number;
  readonly status?: string;
  readonly user?: string | null;
  readonly session?: string | null;
  readonly executionId?: string;
  readonly stepId?: string | null;
  readonly tags?: readonly string[];
}

/** The records that `query` asks for, in its order. The query has been checked. */
export function selectRecords<Kind extends RecordKind>(
  kind: Kind,
  records: SortedMap<string, RecordKinds[Kind]>,
  query: RecordQuery,
): RecordKinds[Kind][] {
  const direction = (query.order ?? (kind === 'execution' ? 'newest' : 'oldest')) === 'newest' ? -1 : 1;
  const { after } = query;
  const selected: RecordKinds[Kind][] = [];
  for (const record of records.values()) {
    if (!matchesFilter(record, query)) continue;
    if (after !== undefined && direction * compareKeys(keyOf(kind, record), keyOf(kind, after)) <= 0)
      continue;
    selected.push(record);
  }
  selected.sort((a, b) => direction * compareKeys(keyOf(kind, a), keyOf(kind, b)));
  return query.limit === undefined ? selected : selected.slice(0, query.limit);
}

/** Whether `record` passes every condition of `filter`. */
export function matchesFilter(record: AnyRecord, filter: RecordFilter): boolean {
  return (
    (filter.ids === undefined || filter.ids.includes(record.id)) &&
    (filter.status === undefined || filter.status.some((status) => status === record.status)) &&
    (filter.name === undefined || filter.name === record.name) &&
    (filter.user === undefined || filter.user === record.user) &&
    (filter.session === undefined || filter.session === record.session) &&
    (filter.tag === undefined || (record.tags ?? []).includes(filter.tag)) &&
    (filter.executionId === undefined || filter.executionId === record.executionId) &&
    (filter.stepId === undefined || filter.stepId === record.stepId) &&
    (filter.createdFrom === undefined || record.createdAt >= filter.createdFrom) &&
    (filter.createdBefore === undefined || record.createdAt < filter.createdBefore)
  );
}

/** Where a record stands in the order of its kind: what it is sorted by, and its id, which decides ties. */
type SortKey = readonly [place: number, id: string];

function keyOf(
  kind: RecordKind,
  record: { readonly id: string; readonly index?: number; readonly createdAt?: number },
): SortKey {
  return [(kind === 'step' ? record.index : record.createdAt) ?? 0, record.id];
}

function compareKeys(a: SortKey, b: SortKey): number {
  return a[0] - b[0] || compareText(a[1], b[1]);
}

import {
  checkRecordFilter,
  checkRecordQuery,
  type RecordFilter,
  type RecordKind,
  type RecordQuery,
  stepStatuses,
} from '@stepwell/core';
import { fromInteger } from './json-column.ts';
import { planCount, planList, type SelectPlan } from './select-plan.ts';

/** A query that is ready to run. */
export interface Select {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Plans by the shape of the query: its fields, not their values. There are as many as a program has kinds of lists. */
const plans = new Map<string, SelectPlan>();

/** @throws `INVALID_ARGUMENT` */
export function selectList(kind: RecordKind, query: RecordQuery): Select {
  checkRecordQuery(kind, query);
  const statuses = statusesOf(query);
  const shape = `list ${kind} ${query.order} ${statuses?.length} ${fieldsOf(query)}`;
  return fill(
    planFor(shape, () => planList(kind, query, statuses?.length ?? 0)),
    query,
    statuses,
  );
}

/** @throws `INVALID_ARGUMENT` */
export function selectCount(kind: RecordKind, filter: RecordFilter): Select {
  checkRecordFilter(kind, filter);
  const shape = `count ${kind} ${fieldsOf(filter)}`;
  return fill(
    planFor(shape, () => planCount(kind, filter)),
    filter,
    statusesOf(filter),
  );
}

function planFor(shape: string, make: () => SelectPlan): SelectPlan {
  const known = plans.get(shape);
  if (known !== undefined) return known;
  const plan = make();
  plans.set(shape, plan);
  return plan;
}

function fieldsOf(query: RecordQuery): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field)
    .sort()
    .join(' ');
}

/** Each status once, and only those that exist: no record has another. */
function statusesOf({ status }: RecordFilter): readonly string[] | undefined {
  return status === undefined ? undefined : stepStatuses.filter((known) => status.includes(known));
}

function fill(plan: SelectPlan, query: RecordQuery, statuses: readonly string[] = []): Select {
  return { sql: plan.sql, parameters: plan.slots.map((slot) => valueFor(slot, query, statuses)) };
}

function valueFor(slot: string, query: RecordQuery, statuses: readonly string[]): unknown {
  switch (slot) {
    case 'ids':
      return JSON.stringify(query.ids);
    case 'statuses':
      return JSON.stringify(statuses);
    case 'after.place':
      return fromInteger(placeOf(query));
    case 'after.id':
      return query.after?.id;
    case 'createdFrom':
    case 'createdBefore':
    case 'limit':
      return fromInteger(query[slot] ?? 0);
    default:
      // What is left is a text of the query, or `status.<n>`; there may be none, when no status that exists was named.
      return slot.startsWith('status.') ? (statuses[Number(slot.slice(7))] ?? '') : query[slot as 'name'];
  }
}

function placeOf({ after }: RecordQuery): number {
  if (after === undefined) return 0;
  return 'index' in after ? after.index : after.createdAt;
}

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
import { noStart, type PageStart, startOf } from './select-start.ts';

/** A query that is ready to run. */
export interface Select {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Plans by the shape of the query: its fields, not their values. Few are in use at a time, the oldest go first. */
const plans = new Map<string, SelectPlan>();
const plansKept = 500;

/** @throws `INVALID_ARGUMENT` */
export function selectList(kind: RecordKind, given: RecordQuery): Select {
  const query = checkRecordQuery(kind, given);
  const statuses = statusesOf(query);
  const shape = `list ${kind} ${query.order} ${statuses?.length} ${fieldsOf(query)}`;
  const plan = planFor(shape, () => planList(kind, query, statuses?.length ?? 0));
  return fill(plan, query, statuses, () => startOf(kind, query));
}

/** @throws `INVALID_ARGUMENT` */
export function selectCount(kind: RecordKind, given: RecordFilter): Select {
  const filter = checkRecordFilter(kind, given);
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
  const [oldest] = plans.keys();
  if (plans.size > plansKept && oldest !== undefined) plans.delete(oldest);
  return plan;
}

/** A query that was checked holds its own fields and no others, none of them undefined. */
function fieldsOf(query: RecordQuery): string {
  return Object.keys(query).sort().join(' ');
}

/** Each status once, and only those that exist: no record has another. */
function statusesOf({ status }: RecordFilter): readonly string[] | undefined {
  return status === undefined ? undefined : stepStatuses.filter((known) => status.includes(known));
}

function fill(
  plan: SelectPlan,
  query: RecordQuery,
  statuses: readonly string[] = [],
  start: () => PageStart = () => noStart,
): Select {
  const { place, id } = plan.slots.includes('start.place') ? start() : noStart;
  const valueFor = (slot: string): unknown => {
    switch (slot) {
      case 'ids':
        return JSON.stringify(query.ids);
      case 'statuses':
        return JSON.stringify(statuses);
      case 'start.place':
        return fromInteger(place);
      case 'start.id':
        return id;
      case 'createdFrom':
      case 'createdBefore':
      case 'limit':
        return fromInteger(query[slot] ?? 0);
      default:
        // What is left is a text of the query, or `status.<n>`; there may be none, when no status was named.
        return slot.startsWith('status.') ? (statuses[Number(slot.slice(7))] ?? '') : query[slot as 'name'];
    }
  };
  return { sql: plan.sql, parameters: plan.slots.map(valueFor) };
}

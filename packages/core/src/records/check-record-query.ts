import { checkInteger, checkOneOf, describe, invalid } from '../validation/check-value.ts';
import { type RecordKind, recordKinds } from './record-kind.ts';
import type { RecordFilter, RecordQuery } from './record-query.ts';
import { stepStatuses } from './status.ts';

/** Which filters mean something to which kind; see {@link RecordFilter}. */
const filtersOf: Readonly<Record<RecordKind, ReadonlySet<string>>> = {
  execution: new Set(['ids', 'status', 'name', 'user', 'tag', 'session', 'createdFrom', 'createdBefore']),
  step: new Set(['ids', 'status', 'name', 'executionId']),
  artifact: new Set(['ids', 'name', 'executionId', 'stepId', 'tag', 'createdFrom', 'createdBefore']),
};
const pagingFields: ReadonlySet<string> = new Set(['order', 'limit', 'after']);

/** @throws `INVALID_ARGUMENT` for an unknown kind, or a field that the kind does not have or that has a wrong type */
export function checkRecordFilter(kind: RecordKind, filter: RecordFilter): void {
  checkFields(kind, filter, (field) => filtersOf[kind].has(field));
}

/** As {@link checkRecordFilter}, with the paging fields. */
export function checkRecordQuery(kind: RecordKind, query: RecordQuery): void {
  checkFields(kind, query, (field) => filtersOf[kind].has(field) || pagingFields.has(field));
  if (query.order !== undefined) checkOneOf(query.order, ['newest', 'oldest'], 'order');
  if (query.limit !== undefined) checkInteger(query.limit, 'limit', 1);
  if (query.after === undefined) return;
  const key = kind === 'step' ? 'index' : 'createdAt';
  const after = query.after as Readonly<Record<string, unknown>>;
  if (typeof after?.id !== 'string' || !Number.isSafeInteger(after[key])) {
    throw invalid(`after must be a ${kind}, or its id and ${key}, not ${describe(query.after)}`);
  }
}

function checkFields(kind: RecordKind, fields: RecordQuery, allowed: (field: string) => boolean): void {
  checkOneOf(kind, recordKinds, 'kind');
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw invalid(`a query must be an object, not ${describe(fields)}`);
  for (const [field, value] of Object.entries(fields)) {
    if (!allowed(field)) throw invalid(`a query for ${kind} has no field ${JSON.stringify(field)}`);
    if (value === undefined || pagingFields.has(field)) continue;
    if (field === 'createdFrom' || field === 'createdBefore') checkInteger(value, field);
    else if (field === 'ids') checkTexts(value, field);
    else if (field === 'status') checkStatuses(value);
    else if (typeof value !== 'string') throw invalid(`${field} must be text, not ${describe(value)}`);
  }
}

/** A status that does not exist would find nothing, and look like an answer. */
function checkStatuses(value: unknown): void {
  checkTexts(value, 'status');
  for (const status of value as readonly string[]) checkOneOf(status, stepStatuses, 'status');
}

function checkTexts(value: unknown, field: string): void {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw invalid(`${field} must be an array of texts, not ${describe(value)}`);
  }
}

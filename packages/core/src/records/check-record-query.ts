import { checkInteger, checkOneOf, checkText, describe, invalid, quote } from '../validation/check-value.ts';
import { readGiven } from '../validation/copy-json.ts';
import { readFields } from '../validation/read-fields.ts';
import { type RecordKind, recordKinds } from './record-kind.ts';
import type { RecordFilter, RecordQuery } from './record-query.ts';
import { stepStatuses } from './status.ts';

/** Checks a value, and answers it in a form that whoever gave it can no longer change. */
type Take = (value: unknown, field: string) => unknown;

/** Most text that a list of ids may hold, in UTF-16 units (16 Mi): some 400,000 ids of usual length. */
const maxListLength = 16 * 1024 * 1024;

/** Which filters mean something to which kind; see {@link RecordFilter}. */
const filtersOf: Readonly<Record<RecordKind, Readonly<Record<string, Take>>>> = {
  execution: {
    ids: takeTexts,
    status: takeStatuses,
    name: takeText,
    user: takeText,
    tag: takeText,
    session: takeText,
    createdFrom: takeInteger,
    createdBefore: takeInteger,
  },
  step: { ids: takeTexts, status: takeStatuses, name: takeText, executionId: takeText },
  artifact: {
    ids: takeTexts,
    name: takeText,
    executionId: takeText,
    stepId: takeText,
    tag: takeText,
    createdFrom: takeInteger,
    createdBefore: takeInteger,
  },
};

const pagingOf: Readonly<Record<RecordKind, Readonly<Record<string, Take>>>> = {
  execution: { order: takeOrder, limit: takeLimit, after: takeAfter('createdAt') },
  step: { order: takeOrder, limit: takeLimit, after: takeAfter('index') },
  artifact: { order: takeOrder, limit: takeLimit, after: takeAfter('createdAt') },
};

const queriesOf: Readonly<Record<RecordKind, Readonly<Record<string, Take>>>> = {
  execution: { ...filtersOf.execution, ...pagingOf.execution },
  step: { ...filtersOf.step, ...pagingOf.step },
  artifact: { ...filtersOf.artifact, ...pagingOf.artifact },
};

/**
 * The filter of a count, as every records backend takes it: checked, and copied, so that it means the same until the
 * answer is there. Fields that are `undefined` are left out.
 *
 * @throws `INVALID_ARGUMENT` for an unknown kind, or a field that the kind does not have or that no record can match
 *   (a wrong type, NUL, a lone surrogate)
 */
export function checkRecordFilter(kind: RecordKind, filter: RecordFilter): RecordFilter {
  return takeFields(kind, filter, filtersOf);
}

/** As {@link checkRecordFilter}, with the paging fields; of `after` only the place in the order is kept. */
export function checkRecordQuery(kind: RecordKind, query: RecordQuery): RecordQuery {
  return takeFields(kind, query, queriesOf);
}

/**
 * The arguments of `get`. An id that no record can have, since it is empty or too long, is simply not found.
 *
 * @throws `INVALID_ARGUMENT` for an unknown kind, or an id that is no text or holds NUL or a lone surrogate
 */
export function checkRecordId(kind: RecordKind, id: string): void {
  checkOneOf(kind, recordKinds, 'kind');
  checkText(id, 'id');
}

function takeFields(
  kind: RecordKind,
  given: RecordQuery,
  known: Readonly<Record<RecordKind, Readonly<Record<string, Take>>>>,
): RecordQuery {
  checkOneOf(kind, recordKinds, 'kind');
  const takes = known[kind];
  const taken: Record<string, unknown> = {};
  for (const [field, value] of readFields(given, 'a query')) {
    const take = Object.hasOwn(takes, field) ? takes[field] : undefined;
    if (take === undefined) throw invalid(`a query for ${kind} has no field ${quote(field)}`);
    if (value !== undefined) taken[field] = take(value, field);
  }
  return taken;
}

function takeText(value: unknown, field: string): unknown {
  checkText(value, field);
  return value;
}

function takeInteger(value: unknown, field: string): unknown {
  checkInteger(value, field);
  return value;
}

function takeOrder(value: unknown, field: string): unknown {
  checkOneOf(value, ['newest', 'oldest'], field);
  return value;
}

function takeLimit(value: unknown, field: string): unknown {
  checkInteger(value, field, 1);
  return value;
}

/** A status that does not exist would find nothing, and look like an answer. */
function takeStatuses(value: unknown, field: string): unknown {
  const statuses = takeTexts(value, field);
  for (const status of statuses) checkOneOf(status, stepStatuses, field);
  return statuses;
}

function takeTexts(value: unknown, field: string): string[] {
  const texts = readGiven(() => (Array.isArray(value) ? readTexts(value) : undefined));
  if (texts === undefined)
    throw invalid(`${field} must be an array of texts, not ${describe(value)}`, { field });
  let length = 0;
  for (const text of texts) length += checkText(text, field) + 3;
  if (length > maxListLength)
    throw invalid(`${field} hold more than ${maxListLength} characters: ask in parts`, { field });
  return texts;
}

/** Up to the first that is no text: an array of holes may be longer than memory. */
function readTexts(value: readonly unknown[]): string[] | undefined {
  const texts: string[] = [];
  for (const text of value) {
    if (typeof text !== 'string') return undefined;
    texts.push(text);
  }
  return texts;
}

/** Where the page before ended: a whole record will do, of which the id and `key` are taken. */
function takeAfter(key: 'createdAt' | 'index'): Take {
  return (value, field) => {
    const { id, place } = readGiven(() => {
      const record = Object(value) as Readonly<Record<string, unknown>>;
      return { id: record.id, place: record[key] };
    });
    if (typeof id !== 'string' || !Number.isSafeInteger(place))
      throw invalid(`${field} must be a record, or its id and ${key}, not ${describe(value)}`, { field });
    checkText(id, `${field}.id`);
    checkInteger(place, `${field}.${key}`);
    return { id, [key]: place };
  };
}

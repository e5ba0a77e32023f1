import type { RecordFilter, RecordKind, RecordQuery } from '@stepwell/core';
import { type RawBuilder, sql } from 'kysely';
import { queryBuilder } from '../kysely/query-builder.ts';
import { type RecordTable, tableOf } from './record-tables.ts';
import type { RecordsSchema } from './records-schema.ts';
import { firstBoundOf } from './select-start.ts';

/** A compiled query and what its parameters stand for: values are filled in on each call. */
export interface SelectPlan {
  readonly sql: string;
  readonly slots: readonly string[];
}

/** Filters that compare one column, by the field of the query. */
const columnOf = {
  stepId: 'step_id',
  executionId: 'execution_id',
  session: 'session',
  user: 'user_name',
  name: 'name',
} as const satisfies Partial<Record<keyof RecordFilter, string>>;

/**
 * The filter that an index is read by, the narrowest first. The others are checked row by row, with a `+` before the
 * column that keeps the planner from choosing otherwise: so every list but one of ids comes in its order without being
 * sorted, and none depends on statistics.
 */
const drivers = ['ids', 'tag', 'stepId', 'executionId', 'session', 'user', 'name', 'status'] as const;
type DriverFilter = (typeof drivers)[number];

const timeBoundNames = ['createdFrom', 'createdBefore'] as const;
type TimeBound = (typeof timeBoundNames)[number];
const compare: Readonly<Record<TimeBound, RawBuilder<unknown>>> = {
  createdFrom: sql`>=`,
  createdBefore: sql`<`,
};

const builder = queryBuilder<RecordsSchema>();

/** `SELECT` of the columns of a kind, in order. `statuses` is how many statuses the query names. */
export function planList(kind: RecordKind, query: RecordQuery, statuses: number): SelectPlan {
  const table = tableOf(kind);
  const driver = driverOf(query);
  const direction = sql.raw((query.order ?? table.defaultOrder) === 'newest' ? 'DESC' : 'ASC');
  const columns = sql.join(table.columns.map((column) => sql.ref(`r.${column}`)));
  const limit = query.limit === undefined ? sql`` : sql`LIMIT ${'limit'}`;
  const select = (status?: string): RawBuilder<unknown> =>
    sql`SELECT ${columns} FROM ${source(table, driver)} WHERE ${conditions(kind, query, driver, status)}`;
  if (driver === 'status' && statuses > 1) {
    // One ordered read per status, merged: a single read over several would have to be sorted.
    const branches = Array.from({ length: statuses }, (_, index) => select(`status.${index}`));
    const order = sql`${sql.ref(table.place)} ${direction}, ${sql.ref('id')} ${direction}`;
    return compile(sql`${sql.join(branches, sql` UNION ALL `)} ORDER BY ${order} ${limit}`);
  }
  const { place, id } = keys(table, driver);
  const single = driver === 'status' ? 'status.0' : undefined;
  return compile(sql`${select(single)} ORDER BY ${place} ${direction}, ${id} ${direction} ${limit}`);
}

/** `SELECT count(*)`. */
export function planCount(kind: RecordKind, filter: RecordFilter): SelectPlan {
  const table = tableOf(kind);
  const driver = driverOf(filter);
  if (table.tags !== undefined && isOfTagsAlone(filter)) {
    const tagged = [sql`t.tag = ${'tag'}`, ...timeBounds(filter, sql.ref('t.created_at'))];
    return compile(
      sql`SELECT count(*) FROM ${sql.table(table.tags)} AS t WHERE ${sql.join(tagged, sql` AND `)}`,
    );
  }
  return compile(
    sql`SELECT count(*) FROM ${source(table, driver)} WHERE ${conditions(kind, filter, driver)}`,
  );
}

/** Whether the tags alone tell how many: each has the time of its record, and no record has one twice. */
function isOfTagsAlone({
  tag,
  createdFrom: _from,
  createdBefore: _before,
  ...others
}: RecordFilter): boolean {
  return tag !== undefined && Object.values(others).every((value) => value === undefined);
}

export function driverOf(filter: RecordFilter): DriverFilter | undefined {
  return drivers.find((field) => filter[field] !== undefined);
}

function source(table: RecordTable<RecordKind>, driver: DriverFilter | undefined): RawBuilder<unknown> {
  const records = sql`${sql.table(table.table)} AS r`;
  // CROSS: SQLite takes the tables in the order in which they are written.
  if (driver !== 'tag' || table.tags === undefined) return records;
  return sql`${sql.table(table.tags)} AS t CROSS JOIN ${records}`;
}

/** What the list is sorted by: in the tags, where those are read. */
function keys(
  table: RecordTable<RecordKind>,
  driver: DriverFilter | undefined,
): { readonly place: RawBuilder<unknown>; readonly id: RawBuilder<unknown> } {
  if (driver === 'tag') return { place: sql.ref('t.created_at'), id: sql.ref('t.record_id') };
  return { place: sql.ref(`r.${table.place}`), id: sql.ref('r.id') };
}

function conditions(
  kind: RecordKind,
  query: RecordQuery,
  driver: DriverFilter | undefined,
  statusSlot?: string,
): RawBuilder<unknown> {
  const table = tableOf(kind);
  const { place: key, id } = keys(table, driver);
  // Ids are looked up one by one, however narrow the time is said to be.
  const place = driver === 'ids' ? sql`+${key}` : key;
  const parts: RawBuilder<unknown>[] = [];
  const unlessDriver = (field: DriverFilter): RawBuilder<unknown> => (field === driver ? sql`` : sql`+`);
  if (query.ids !== undefined) parts.push(sql`r.id IN (SELECT value FROM json_each(${'ids'}))`);
  if (query.tag !== undefined) parts.push(tagCondition(table, driver));
  for (const [field, column] of Object.entries(columnOf) as [keyof typeof columnOf, string][]) {
    if (query[field] === undefined) continue;
    parts.push(sql`${unlessDriver(field)}${sql.ref(`r.${column}`)} = ${field}`);
  }
  if (statusSlot !== undefined) parts.push(sql`r.status = ${statusSlot}`);
  else if (query.status !== undefined) {
    parts.push(sql`${unlessDriver('status')}r.status IN (SELECT value FROM json_each(${'statuses'}))`);
  }
  const first = firstBoundOf(kind, query);
  parts.push(...timeBounds(query, place, query.after === undefined ? undefined : first));
  if (query.after !== undefined) {
    const beyond = first === 'createdBefore' ? sql`<` : sql`>`;
    parts.push(sql`(${place}, ${id}) ${beyond} (${'start.place'}, ${'start.id'})`);
  }
  return parts.length === 0 ? sql`TRUE` : sql.join(parts, sql` AND `);
}

/** The bounds in time, but for one that the start of a page contains. */
function timeBounds(
  query: RecordQuery,
  place: RawBuilder<unknown>,
  inStart?: TimeBound,
): RawBuilder<unknown>[] {
  return timeBoundNames
    .filter((bound) => query[bound] !== undefined && bound !== inStart)
    .map((bound) => sql`${place} ${compare[bound]} ${bound}`);
}

function tagCondition(table: RecordTable<RecordKind>, driver: DriverFilter | undefined): RawBuilder<unknown> {
  if (driver === 'tag') return sql`t.tag = ${'tag'} AND r.id = t.record_id`;
  if (table.tags === undefined) return sql`FALSE`;
  return sql`EXISTS (SELECT 1 FROM ${sql.table(table.tags)} AS t WHERE t.tag = ${'tag'} AND t.created_at = r.created_at AND t.record_id = r.id)`;
}

function compile(query: RawBuilder<unknown>): SelectPlan {
  const { sql: text, parameters } = query.compile(builder);
  return { sql: text, slots: parameters as string[] };
}

import { isEnd, type StepStatus, statusRank, stepStatuses } from '@stepwell/core';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { queryBuilder } from '../kysely/query-builder.ts';
import type { RecordsSchema } from './records-schema.ts';

const builder = queryBuilder<RecordsSchema>();

type RecordTable = 'executions' | 'steps' | 'artifacts';

/**
 * The upsert of a table, compiled once; its parameters are the columns in their order. `ON CONFLICT DO UPDATE`, never
 * `OR REPLACE`: that deletes first, and with the row would go its steps and artifacts (SF-35).
 *
 * Where records have a status, the rule of how it moves stands in the statement itself, so that no other writer can
 * come between the check and the change. A refused move changes no row.
 */
export function putStatement(
  table: RecordTable,
  columns: readonly string[],
  rule: 'any' | 'forward' | 'resume',
): string {
  const values = Object.fromEntries(columns.map((column) => [column, null]));
  const query = builder
    .insertInto(table)
    // The columns are those of the table; what cannot be said is that a list of names covers a row type.
    .values(values as never)
    .onConflict((conflict) => {
      const update = conflict
        .column('id')
        .doUpdateSet(
          (eb) =>
            Object.fromEntries(
              columns
                .filter((column) => column !== 'id')
                .map((column) => [column, eb.ref(`excluded.${column}` as never)]),
            ) as never,
        );
      return rule === 'any' ? update : update.where(() => statusRule(table, rule));
    });
  return query.compile().sql;
}

/** Core's `canMove`, in SQL; a test holds the two together for every pair. */
function statusRule(table: RecordTable, rule: 'forward' | 'resume'): RawBuilder<SqlBool> {
  const from = sql.ref(`${table}.status`);
  const to = sql.ref('excluded.status');
  const forward = sql<SqlBool>`(${from} = ${to} OR ${rank(from)} < ${rank(to)})`;
  if (rule === 'forward') return forward;
  return sql<SqlBool>`(${forward} OR (${from} = ${sql.lit('interrupted')} AND ${to} = ${sql.lit('running')}))`;
}

function rank(status: RawBuilder<unknown>): RawBuilder<number> {
  const before = stepStatuses.filter((one) => !isEnd(one));
  const cases = before.map((one: StepStatus) => sql`WHEN ${sql.lit(one)} THEN ${sql.lit(statusRank(one))}`);
  return sql<number>`CASE ${status} ${sql.join(cases, sql` `)} ELSE 2 END`;
}

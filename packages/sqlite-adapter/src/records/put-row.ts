import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement, SqlValue, Tuple } from '../connection/sqlite-types.ts';
import { queryBuilder } from '../kysely/query-builder.ts';
import type { RecordsSchema } from './records-schema.ts';

const builder = queryBuilder<RecordsSchema>();

type RecordTable = 'executions' | 'steps' | 'artifacts';

/**
 * Puts rows of one table, whose first column is the id. In two steps, which the caller's transaction makes one:
 *
 *     insert ──► new: done
 *        └─────► there already: the caller looks at what is `stored`, decides, and calls `replace`
 *
 * One upsert for both would carry the code of an update, with its triggers, through every insert: two and a half times
 * the cost (measured). And never `OR REPLACE`: that deletes first, and with the row go its steps and artifacts (SF-35).
 */
export class PutRow {
  readonly #insert: SqliteStatement;
  readonly #stored: SqliteStatement;
  readonly #replace: SqliteStatement;

  /** `watched`: the columns that `stored` answers. */
  constructor(
    connection: Connection,
    table: RecordTable,
    columns: readonly string[],
    watched: readonly string[],
  ) {
    const { insert, stored, replace } = compile(table, columns, watched);
    this.#insert = connection.prepare(insert);
    this.#stored = connection.prepare(stored).raw();
    this.#replace = connection.prepare(replace);
  }

  /** False when a row with this id is there, which stays as it is. */
  insert(row: readonly SqlValue[]): boolean {
    return this.#insert.run(row).changes > 0;
  }

  /** What the row with this id, which is there, has in the columns that are watched. */
  stored(id: string): Tuple {
    return this.#stored.get([id]) as Tuple;
  }

  replace([id = null, ...rest]: readonly SqlValue[]): void {
    this.#replace.run([...rest, id]);
  }
}

function compile(
  table: RecordTable,
  columns: readonly string[],
  watched: readonly string[],
): Record<'insert' | 'stored' | 'replace', string> {
  // The columns are those of the table; what the types cannot say is that a list of names covers a row.
  const values = Object.fromEntries(columns.map((column) => [column, null])) as never;
  const { id: _, ...rest } = values as Record<string, null>;
  return {
    insert: builder
      .insertInto(table)
      .values(values)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .compile().sql,
    stored: builder
      .selectFrom(table)
      .select(watched as never)
      .where('id', '=', '')
      .compile().sql,
    replace: builder
      .updateTable(table)
      .set(rest as never)
      .where('id', '=', '')
      .compile().sql,
  };
}

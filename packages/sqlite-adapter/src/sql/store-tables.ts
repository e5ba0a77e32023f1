import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';
import { migrationTables } from '../migrations/schema-version.ts';
import { firstWordOf, isSchemaStatement, withoutLeading } from './connection-statement.ts';
import { type Instruction, insertsByRowid, isTemporary, writes } from './program.ts';

/** Everything that is the store's own, or stands on it. */
const ownSql = `name LIKE 'stepwell\\_%' ESCAPE '\\' OR tbl_name LIKE 'stepwell\\_%' ESCAPE '\\'`;
/** What Kysely's migrator keeps; it is made while migrations run, on the same connection. */
const migratorsSql = `tbl_name IN ('${migrationTables.schema}', '${migrationTables.schema}_lock')`;

/** What is known of a statement that may run. */
export interface Traits {
  /** See {@link insertsByRowid}. */
  readonly insertsByRowid: boolean;
}

const insertsNothing: Traits = { insertsByRowid: false };

export interface StoreTablesOptions {
  readonly caller?: 'op' | 'migration';
  /** Told after a statement that changes the schema; has to call {@link StoreTables.schemaChanged}. */
  readonly onSchemaChange?: () => void;
}

/**
 * Keeps the SQL of callers off the tables of the store. It asks SQLite itself: the compiled program names the trees that
 * it writes, whatever the SQL looks like, and those that triggers and cascades would write for it. Once per compiled
 * statement; one that runs again costs nothing.
 */
export class StoreTables {
  readonly #connection: Connection;
  readonly #own: string;
  readonly #onSchemaChange: () => void;
  #harmless: WeakMap<SqliteStatement, Traits> = new WeakMap();

  constructor(connection: Connection, { caller = 'op', onSchemaChange }: StoreTablesOptions = {}) {
    this.#connection = connection;
    this.#onSchemaChange = onSchemaChange ?? (() => this.schemaChanged());
    this.#own = caller === 'op' ? `(${ownSql})` : `(${ownSql}) AND NOT ${migratorsSql}`;
  }

  /**
   * Runs a statement that is not the store's, and tells `run` what is known of it.
   * @throws `INVALID_ARGUMENT`; the transaction is to be rolled back then
   */
  guard<Result>(
    sql: string,
    parameters: readonly unknown[],
    statement: SqliteStatement,
    run: (traits: Traits) => Result,
  ): Result {
    if (statement.readonly) return run(insertsNothing);
    const known = this.#harmless.get(statement);
    if (known !== undefined) return run(known);
    if (isSchemaStatement(sql)) return this.#changeSchema(sql, parameters, () => run(insertsNothing));
    const program = firstWordOf(sql) === 'EXPLAIN' ? [] : this.#explain(sql, parameters);
    if (writes(program, this.#trees())) throw refused(sql);
    const traits = { insertsByRowid: insertsByRowid(program) };
    this.#harmless.set(statement, traits);
    return run(traits);
  }

  /** What was harmless may have got a trigger. */
  schemaChanged(): void {
    this.#harmless = new WeakMap();
  }

  /** A change of the schema can make, drop and rename what it likes: so it is compared before and after. */
  #changeSchema<Result>(sql: string, parameters: readonly unknown[], run: () => Result): Result {
    if (isTemporary(firstWordOf(sql), this.#explain(sql, parameters))) {
      throw new StoreError('INVALID_ARGUMENT', `no reader would see what is temporary: ${sql}`);
    }
    const before = this.#definitions();
    const result = run();
    if (this.#definitions() !== before) throw refused(sql);
    this.#onSchemaChange();
    return result;
  }

  #explain(sql: string, parameters: readonly unknown[]): readonly Instruction[] {
    const explain = this.#connection.prepare(`EXPLAIN ${withoutLeading(sql)}`).raw();
    return explain.all(parameters) as Instruction[];
  }

  /** Where the trees begin whose contents are the store's. */
  #trees(): ReadonlySet<number> {
    const pages = this.#connection.prepare(
      `SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 AND ${this.#own}`,
    );
    return new Set(pages.raw().all().flat() as number[]);
  }

  #definitions(): string {
    const rows = this.#connection.prepare(
      `SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE ${this.#own} ORDER BY type, name`,
    );
    return JSON.stringify(rows.raw().all());
  }
}

function refused(sql: string): StoreError {
  return new StoreError(
    'INVALID_ARGUMENT',
    `names that begin with stepwell_ are the store's, which alone writes what they hold: ${sql}`,
  );
}

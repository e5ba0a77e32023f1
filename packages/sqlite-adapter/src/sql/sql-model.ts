import type { Model } from '../driver/model.ts';
import type { Migrations } from '../migrations/migrate.ts';
import { admitSqlOp, copySqlOp, type SqlOp } from './sql-op.ts';
import { type SqlView, sqlView } from './sql-view.ts';
import { SqlWriter } from './sql-writer.ts';

/** "StpG": a database whose schema is its user's. */
const defaultApplicationId = 0x53747047;

export interface SqlModelOptions {
  readonly migrations: Migrations;
  readonly applicationId?: number | undefined;
  /** Tables whose changes are told; left out: none are, and the store has no `changes`. */
  readonly changes?: readonly string[] | undefined;
}

/** Any schema: ops are SQL, the view is Kysely. */
export function sqlModel<Schema>(options: SqlModelOptions): Model<SqlView<Schema>, SqlOp> {
  const { migrations, applicationId = defaultApplicationId, changes } = options;
  return {
    applicationId,
    migrations,
    tellsChanges: changes !== undefined,
    ...(changes !== undefined && { follows: changes }),
    checks: [],
    copy: copySqlOp,
    admit: admitSqlOp,
    writer: (connection) => new SqlWriter(connection, changes),
    view: (reader) => sqlView<Schema>(reader),
    measures: () => [],
  };
}

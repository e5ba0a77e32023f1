import type { Model } from '../driver/model.ts';
import type { Migrations } from '../migrations/migrate.ts';
import { admitSqlOp, copySqlOp, type SqlOp } from './sql-op.ts';
import { type SqlView, sqlView } from './sql-view.ts';
import { SqlWriter } from './sql-writer.ts';

/** "StpG": a database whose schema is its user's. */
const applicationId = 0x53747047;

/** Any schema: ops are SQL, the view is Kysely. */
export function sqlModel<Schema>(
  migrations: Migrations,
  ownApplicationId: number = applicationId,
): Model<SqlView<Schema>, SqlOp> {
  return {
    applicationId: ownApplicationId,
    migrations,
    tellsChanges: false,
    checks: [],
    copy: copySqlOp,
    admit: admitSqlOp,
    writer: (connection) => new SqlWriter(connection),
    view: (reader) => sqlView<Schema>(reader),
    measures: () => [],
  };
}

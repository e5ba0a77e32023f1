import { Kysely, SqliteDialect } from 'kysely';
import { columns, openDatabase, stored } from './table.mjs';

/** Kysely with its own SQLite dialect, as its guides show an upsert: one transaction for each execution and its tags. */
export function withKysely(directory) {
  const database = openDatabase(directory, 'kysely');
  const db = new Kysely({ dialect: new SqliteDialect({ database }) });
  return {
    async save(record) {
      const { id, createdAt } = record;
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('executions')
          .values({
            ...record,
            environment: JSON.stringify(record.environment),
            tags: JSON.stringify(record.tags),
            metadata: JSON.stringify(record.metadata),
          })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(excluded))
          .execute();
        await tx
          .insertInto('tags')
          .values(record.tags.map((tag) => ({ tag, createdAt, id })))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },
    stored: stored(database),
    close: () => db.destroy(),
  };
}

function excluded({ ref }) {
  return Object.fromEntries(columns.slice(1).map((column) => [column, ref(`excluded.${column}`)]));
}

import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { columns, openDatabase, stored } from './table.mjs';

const executions = sqliteTable('executions', {
  id: text().primaryKey(),
  name: text().notNull(),
  command: text(),
  workingDirectory: text(),
  status: text().notNull(),
  exitCode: integer(),
  errorMessage: text(),
  createdAt: integer().notNull(),
  startedAt: integer(),
  completedAt: integer(),
  environment: text({ mode: 'json' }).notNull(),
  user: text(),
  tags: text({ mode: 'json' }).notNull(),
  totalSteps: integer().notNull(),
  completedSteps: integer().notNull(),
  currentStepIndex: integer().notNull(),
  metadata: text({ mode: 'json' }).notNull(),
  session: text(),
  retentionDays: integer(),
});

const tags = sqliteTable(
  'tags',
  { tag: text().notNull(), createdAt: integer().notNull(), id: text().notNull() },
  (table) => [primaryKey({ columns: [table.tag, table.createdAt, table.id] })],
);

const updates = Object.fromEntries(columns.slice(1).map((column) => [column, sql.raw(`excluded.${column}`)]));

/** Drizzle on better-sqlite3, as its guides show an upsert: one transaction for each execution and its tags. */
export function withDrizzle(directory) {
  const database = openDatabase(directory, 'drizzle');
  const db = drizzle(database);
  return {
    save(record) {
      const { id, createdAt } = record;
      db.transaction((tx) => {
        tx.insert(executions)
          .values(record)
          .onConflictDoUpdate({ target: executions.id, set: updates })
          .run();
        tx.insert(tags)
          .values(record.tags.map((tag) => ({ tag, createdAt, id })))
          .onConflictDoNothing()
          .run();
      });
    },
    stored: stored(database),
    close: () => database.close(),
  };
}

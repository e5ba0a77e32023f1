import type { Migration } from 'kysely';
import { statements } from './statements.ts';

/*
 * The tables that every store has, whatever schema stands beside them:
 *
 *   stepwell_meta          key → value: store, lineage, boot, synced
 *   stepwell_commits       one row per commit; the newest is the head of the store, so it always stays
 *   stepwell_transactions  transaction id → the commit that applied it (S8)
 *
 * `put`, `removed`, `extents` and `marks` are JSON objects, NULL when empty. `marks` is the whole set as of that commit.
 * A migration of a store that is there is a commit too: its `put` is {"stepwell_migrations": [the names]}, and no rows.
 */
export const storeMigrations: Readonly<Record<string, Migration>> = {
  '0001-store': statements(
    `CREATE TABLE stepwell_meta (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,

    `CREATE TABLE stepwell_commits (
      epoch INTEGER PRIMARY KEY CHECK (epoch > 0),
      at INTEGER NOT NULL,
      put TEXT,
      removed TEXT,
      extents TEXT,
      marks TEXT
    ) STRICT`,

    `CREATE TABLE stepwell_transactions (
      id TEXT PRIMARY KEY,
      epoch INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,

    'CREATE INDEX stepwell_transactions_by_epoch ON stepwell_transactions (epoch)',
  ),
};

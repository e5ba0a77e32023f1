import { StoreError } from '@stepwell/core';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

/**
 * A Kysely that builds and compiles queries and has no database to run them on: for ops, and for queries that are
 * compiled once and run many times. Whoever executes one, streams it, or opens a transaction gets `INVALID_ARGUMENT`.
 */
export function queryBuilder<Schema>(): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new NoDatabase(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/** Says so: Kysely's own answers every query with no rows, and a write would be lost in silence. */
class NoDatabase extends DummyDriver {
  override async acquireConnection(): Promise<never> {
    throw new StoreError(
      'INVALID_ARGUMENT',
      'a query builder has no database. To write, wrap it: store.write([execute(query)]); ' +
        "to read, build it on a snapshot's view",
    );
  }
}

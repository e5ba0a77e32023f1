import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';

/** What to say to those who want more than queries. */
interface Refusals {
  readonly transaction: () => Error;
  /** Left out: it may be destroyed, which does nothing to the connection. */
  readonly destroy?: () => Error;
}

/**
 * A Kysely dialect over one connection that somebody else opened and will close. Queries are not queued behind each
 * other: better-sqlite3 runs each of them whole within the caller's turn, so that none can meet another half-way, and
 * a query inside a stream of the same connection is no deadlock.
 */
export function connectionDialect(connection: DatabaseConnection, refusals: Refusals): Dialect {
  const refuse = async (): Promise<never> => {
    throw refusals.transaction();
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {
      // Kysely itself would throw plain errors from then on.
      if (refusals.destroy !== undefined) throw refusals.destroy();
    },
  };
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

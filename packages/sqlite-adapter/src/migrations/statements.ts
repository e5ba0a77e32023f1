import { type Migration, sql } from 'kysely';

/** A migration that runs `texts`, one statement each. STRICT tables and triggers have no form in a query builder. */
export function statements(...texts: readonly string[]): Migration {
  return {
    up: async (db) => {
      for (const text of texts) await sql.raw(text).execute(db);
    },
  };
}

import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';
import { fromInteger } from './json-column.ts';

/**
 * Keeps the rows by which records are found by their tags. A trigger could do so too, but one that takes a list apart
 * makes storing a record four times as slow (measured); those that are no longer there are dropped by triggers.
 */
export class TagWriter {
  readonly #insert: SqliteStatement;

  constructor(connection: Connection, table: 'execution_tags' | 'artifact_tags') {
    this.#insert = connection.prepare(
      `INSERT INTO ${table} (tag, created_at, record_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
    );
  }

  /** After the record itself was put: its old rows have gone by then, if they differed. */
  put(record: { readonly id: string; readonly createdAt: number; readonly tags: readonly string[] }): void {
    const { id, createdAt, tags } = record;
    for (const tag of tags) this.#insert.run([tag, fromInteger(createdAt), id]);
  }
}

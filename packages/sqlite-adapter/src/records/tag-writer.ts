import { isStoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement, SqlValue } from '../connection/sqlite-types.ts';
import { fromInteger, toList } from './json-column.ts';

/**
 * Keeps the rows by which records are found by their tags. Triggers could do so too, but make storing a record several
 * times as slow (measured); only the rows of a record that is removed, by whatever cascade, go by a trigger.
 */
export class TagWriter {
  readonly #insert: SqliteStatement;
  readonly #delete: SqliteStatement;
  readonly #deleteAll: SqliteStatement;

  constructor(connection: Connection, table: 'execution_tags' | 'artifact_tags') {
    this.#insert = connection.prepare(
      `INSERT INTO ${table} (tag, created_at, record_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#delete = connection.prepare(
      `DELETE FROM ${table} WHERE tag = ? AND created_at = ? AND record_id = ?`,
    );
    this.#deleteAll = connection.prepare(`DELETE FROM ${table} WHERE record_id = ?`);
  }

  put(record: { readonly id: string; readonly createdAt: number; readonly tags: readonly string[] }): void {
    const { id, createdAt, tags } = record;
    for (const tag of tags) this.#insert.run([tag, fromInteger(createdAt), id]);
  }

  /** `createdAt` and `tags` as the record's row held them. */
  drop(id: string, createdAt: SqlValue | undefined, tags: SqlValue | undefined): void {
    try {
      for (const tag of toList(tags)) this.#delete.run([tag, createdAt, id]);
    } catch (error) {
      if (!isStoreError(error, 'CORRUPT')) throw error;
      // What they were cannot be told any more. A walk through the table, which lets the record be put right.
      this.#deleteAll.run([id]);
    }
  }
}

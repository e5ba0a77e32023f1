import { StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';

/**
 * Notices, under the write lock, that a newer program has migrated a database that this one has open: what it would write
 * was made for a schema that is no more. The header of the file counts migrations, and to ask it costs a microsecond.
 */
export class SchemaGuard {
  readonly #path: string;
  readonly #known: number;
  readonly #version: SqliteStatement;

  /** `known` is how many migrations the code knows. */
  constructor(connection: Connection, known: number) {
    this.#path = connection.path;
    this.#known = known;
    this.#version = connection.prepare('PRAGMA main.user_version').raw();
  }

  /** @throws `SCHEMA_TOO_NEW` */
  check(): void {
    const [found] = this.#version.get() as readonly [number];
    if (found <= this.#known) return;
    throw new StoreError(
      'SCHEMA_TOO_NEW',
      `${this.#path} was migrated by a newer version of this software since it was opened (version ${found} of ${this.#known}); nothing was written: update, then open it again`,
      { details: { path: this.#path, found, known: this.#known } },
    );
  }
}

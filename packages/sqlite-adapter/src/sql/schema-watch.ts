import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';

/**
 * Notices that the schema is not the one that was last looked at: another program has changed it since, an op did, or a
 * rollback took that back. SQLite counts its changes; to ask costs a microsecond.
 */
export class SchemaWatch {
  readonly #version: SqliteStatement;
  #known: unknown;

  constructor(connection: Connection) {
    this.#version = connection.prepare('PRAGMA main.schema_version').raw();
    this.remember();
  }

  get hasChanged(): boolean {
    return this.#current !== this.#known;
  }

  remember(): void {
    this.#known = this.#current;
  }

  get #current(): unknown {
    return (this.#version.get() as readonly [number])[0];
  }
}

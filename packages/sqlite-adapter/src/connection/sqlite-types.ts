/*
 * The part of better-sqlite3 that is used here, as a structure: its types are no dependency of those who use this
 * package, so they must not show in anything that is exported.
 */

/** A value that SQLite can hold. Larger integers than a double can hold exactly are bound as `bigint`. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** A row by position: several times cheaper to make than an object with a key per column. */
export type Tuple = readonly SqlValue[];

export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/** A compiled statement. Parameters are bound by position, as one array. */
export interface SqliteStatement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  /** Whether it leaves the database as it is. */
  readonly readonly: boolean;
  /** What its rows hold. */
  columns(): readonly { readonly name: string }[];
  run(parameters?: readonly unknown[]): RunResult;
  get(parameters?: readonly unknown[]): unknown;
  all(parameters?: readonly unknown[]): unknown[];
  iterate(parameters?: readonly unknown[]): IterableIterator<unknown>;
  /** Integers as `bigint`, exactly, instead of as the nearest `number`. */
  safeIntegers(enabled?: boolean): SqliteStatement;
  /** Rows as tuples instead of objects. */
  raw(enabled?: boolean): SqliteStatement;
}

export interface SqliteDatabase {
  /** Whether a transaction is open: SQLite ends one by itself on some errors. */
  readonly inTransaction: boolean;
  prepare(sql: string): SqliteStatement;
  function(
    name: string,
    options: { readonly varargs: boolean; readonly safeIntegers: boolean },
    call: (...values: SqlValue[]) => SqlValue,
  ): unknown;
  exec(sql: string): unknown;
  close(): unknown;
}

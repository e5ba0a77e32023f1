import type { SqlValue } from '../connection/sqlite-types.ts';

/*
 * How a change names the row of a followed table: by its primary key.
 *
 *   one column, declared as text or integer   its text, its digits             bolt    9007199254740993
 *   any other key                             a JSON array of its columns      ["eu",42]    [2.5]    [{"blob":"00ff"}]
 *
 * Two rows never share a name, nor does one row have two: SQLite holds 1 and 1.0 for the same key, and so does JSON.
 */

/** Whether a key is written as it is, or as an array. */
export type KeyForm = 'plain' | 'array';

/** The name of a row. Integers come as `bigint`, so that each keeps its digits; every `number` is a real. */
export function rowId(form: KeyForm, key: readonly SqlValue[]): string {
  const [only] = key;
  if (form === 'plain' && (typeof only === 'string' || typeof only === 'bigint')) return String(only);
  return `[${key.map(jsonPart).join(',')}]`;
}

function jsonPart(value: SqlValue): string {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return JSON.stringify({ blob: Buffer.from(value).toString('hex') });
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    return JSON.stringify({ real: String(value) });
  }
  return JSON.stringify(value);
}

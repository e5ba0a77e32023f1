import { type JsonObject, StoreError } from '@stepwell/core';
import type { SqlValue } from '../connection/sqlite-types.ts';

/** An object as it is stored: most are empty, and cost nothing. */
export function fromObject(value: JsonObject): string | null {
  for (const _ in value) return JSON.stringify(value);
  return null;
}

export function toObject<Value extends JsonObject>(stored: SqlValue | undefined): Value {
  return typeof stored === 'string' ? (parse(stored) as Value) : ({} as Value);
}

export function fromList(value: readonly string[]): string | null {
  return value.length === 0 ? null : JSON.stringify(value);
}

export function toList(stored: SqlValue | undefined): readonly string[] {
  return typeof stored === 'string' ? (parse(stored) as string[]) : [];
}

/** @throws `CORRUPT`: we store no JSON that cannot be read, so somebody else wrote it */
function parse(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch (cause) {
    throw new StoreError('CORRUPT', 'a record holds JSON that cannot be read; `verify` names it', { cause });
  }
}

/** JavaScript's numbers reach SQLite as doubles, which it takes for integers only below this. */
const largestDoubleInteger = 2 ** 51;

/** An integer in a form that an INTEGER column of a STRICT table takes, whatever its size. */
export function fromInteger(value: number): number | bigint;
export function fromInteger(value: number | null): number | bigint | null;
export function fromInteger(value: number | null): number | bigint | null {
  if (value === null || (value < largestDoubleInteger && value > -largestDoubleInteger)) return value;
  return BigInt(value);
}

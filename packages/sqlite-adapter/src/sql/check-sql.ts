import { StoreError } from '@stepwell/core';

const largestInteger = 2n ** 63n - 1n;
const smallestInteger = -(2n ** 63n);

/**
 * Refuses SQL that SQLite would not read as it is written: it stops at a NUL, and has no lone surrogates.
 * @throws `INVALID_ARGUMENT`
 */
export function checkSqlText(sql: string): void {
  if (sql.includes('\0')) throw invalid('the SQL holds a NUL, where SQLite would stop to read');
  if (!sql.isWellFormed()) throw invalid('the SQL holds a lone surrogate, which has no UTF-8 form');
}

/**
 * Refuses values that would not come back as they went in; answers their rough size in bytes.
 * @throws `INVALID_ARGUMENT`
 */
export function checkParameters(parameters: readonly unknown[]): number {
  if (!Array.isArray(parameters)) throw invalid('the parameters of a query must be an array');
  let size = 0;
  for (let index = 0; index < parameters.length; index += 1) size += checkValue(parameters[index], index);
  return size;
}

function checkValue(value: unknown, index: number): number {
  switch (typeof value) {
    case 'string':
      if (value.isWellFormed()) return value.length + 8;
      throw refuse(index, 'holds a lone surrogate, which has no UTF-8 form');
    case 'number':
      if (!Number.isNaN(value)) return 8;
      throw refuse(index, 'is NaN, which SQLite stores as NULL');
    case 'bigint':
      if (value >= smallestInteger && value <= largestInteger) return 8;
      throw refuse(index, `is ${value}, which does not fit into 64 bits`);
    case 'boolean':
      throw refuse(index, 'is a boolean: write 0 or 1');
    case 'undefined':
      throw refuse(index, 'is undefined: write null');
  }
  if (value === null) return 8;
  if (value instanceof Uint8Array) return value.byteLength + 8;
  if (value instanceof Date) throw refuse(index, 'is a Date: write its getTime(), or its toISOString()');
  throw refuse(index, `is of a type that SQLite cannot hold: ${Object.prototype.toString.call(value)}`);
}

function refuse(index: number, why: string): StoreError {
  return new StoreError('INVALID_ARGUMENT', `parameter ${index + 1} ${why}`, {
    details: { parameter: index + 1 },
  });
}

function invalid(message: string): StoreError {
  return new StoreError('INVALID_ARGUMENT', message);
}

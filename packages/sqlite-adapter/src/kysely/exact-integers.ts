/**
 * The integers of a row as SQLite has them: a `number` where that is exact, a `bigint` beyond 2^53 - 1. Changes the row,
 * whose statement gives every integer as a `bigint`; this costs nothing that could be measured.
 */
export function exactIntegers(row: object): object {
  const cells = row as Record<string, unknown>;
  for (const column in cells) {
    const value = cells[column];
    if (typeof value === 'bigint') cells[column] = exactInteger(value);
  }
  return row;
}

export function exactInteger(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

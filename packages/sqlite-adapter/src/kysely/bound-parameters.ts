/**
 * Parameters as SQLite is to have them. better-sqlite3 binds every `number` as a real, which shows where no column makes
 * an integer of it: 8080 would be '8080.0' in a text, and 7 / 2 would be 3.5. So a whole number is bound as an integer
 * as far as each is exact. -0 stays a real, the only thing that can hold it.
 */
export function boundParameters(parameters: readonly unknown[]): readonly unknown[] {
  return parameters.some(isInteger)
    ? parameters.map((value) => (isInteger(value) ? BigInt(value) : value))
    : parameters;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

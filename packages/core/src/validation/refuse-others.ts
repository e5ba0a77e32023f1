import { invalid, quote } from './check-value.ts';

/**
 * Refuses a field that nobody would look at: what somebody gave would be lost without a word. Allocates nothing, since it
 * runs for every line and every fact.
 *
 * @throws `INVALID_ARGUMENT`, naming the field
 */
export function refuseOthers(given: unknown, known: ReadonlySet<string>, what: string): void {
  for (const field in given as object) {
    if (!known.has(field)) throw invalid(`${what} has no field ${quote(field)}`, { field });
  }
}

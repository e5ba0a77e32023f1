import { describe, invalid } from './check-value.ts';
import { readGiven } from './copy-json.ts';
import { isPlainObject } from './is-plain-object.ts';

/**
 * The fields of a plain object that a caller gave, each read once: what is checked is then what is used, whatever
 * getters and proxies answer the next time. Other objects are refused, since what a `Map`, a `Date` or a prototype
 * holds would be overlooked without a word.
 *
 * @throws `INVALID_ARGUMENT`
 */
export function readFields(given: unknown, what: string): readonly (readonly [string, unknown])[] {
  const fields = readGiven(() => (isPlainObject(given) ? ownFields(given) : undefined));
  if (fields === undefined) throw invalid(`${what} must be a plain object, not ${describe(given)}`);
  return fields;
}

/** Those that cannot be enumerated too: somebody gave them. */
function ownFields(given: Readonly<Record<PropertyKey, unknown>>): [string, unknown][] {
  return Reflect.ownKeys(given).map((field) => [String(field), given[field]]);
}

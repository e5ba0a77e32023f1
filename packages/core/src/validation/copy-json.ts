import { isStoreError, type StoreError } from '../errors/store-error.ts';
import { invalid, maxDepth } from './check-value.ts';
import { isPlainObject } from './is-plain-object.ts';

/**
 * A copy of a JSON tree that shares nothing with it. What is not made of plain objects and arrays is handed on as it
 * is, for the check to refuse.
 */
export function copyJson(value: unknown, field: string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) throw invalid(`${field} nests deeper than ${maxDepth} levels, or refers to itself`);
  if (Array.isArray(value)) {
    const copies = copyList(value, (item) => copyJson(item, field, depth + 1));
    if (Object.keys(value).length > value.length)
      throw invalid(`${field} holds an array with fields of its own, which JSON cannot hold`, { field });
    return copies;
  }
  if (!isPlainObject(value)) return value;
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw invalid(`${field} holds a symbol as a key, which JSON cannot hold`, { field });
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = copyJson((value as Record<string, unknown>)[key], field, depth + 1);
    if (key === '__proto__') defineOwn(copy, key, item);
    else copy[key] = item;
  }
  return copy;
}

/** What an assignment would not do for `__proto__`: it would set the prototype. */
function defineOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A copy up to the first item that is `undefined`, which no list may hold: an array of holes may be longer than memory. */
export function copyList(list: readonly unknown[], copy: (item: unknown) => unknown): unknown[] {
  const copies: unknown[] = [];
  for (const item of list) {
    copies.push(copy(item));
    if (item === undefined) break;
  }
  return copies;
}

/** Runs `read`, which looks at what a caller gave: getters and proxies may throw whatever they like. */
export function readGiven<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** What a look at what a caller gave has thrown, as `INVALID_ARGUMENT`; what is typed stays as it is. Never throws. */
export function unreadable(cause: unknown): StoreError {
  try {
    if (isStoreError(cause)) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return invalid(`what was given cannot be read: ${reason}`, {}, cause);
  } catch {
    // What was thrown cannot be read either.
    return invalid('what was given cannot be read', {}, cause);
  }
}

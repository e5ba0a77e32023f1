import { invalid, maxDepth } from './check-value.ts';

/**
 * A copy of a JSON tree that shares nothing with it. What is not made of plain objects and arrays is handed on as it
 * is, for the check to refuse.
 */
export function copyJson(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) throw invalid(`metadata nests deeper than ${maxDepth} levels, or refers to itself`);
  if (Array.isArray(value)) return Array.from(value, (item) => copyJson(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  // Not by assignment: a key may well be `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyJson(item, depth + 1)]));
}

/** Runs `read`, which looks at what a caller gave: getters and proxies may throw whatever they like. */
export function readGiven<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw invalid(
      `what was given cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {},
      cause,
    );
  }
}

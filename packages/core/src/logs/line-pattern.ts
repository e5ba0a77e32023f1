import { describe, invalid } from '../validation/check-value.ts';
import { copyList, readGiven, unreadable } from '../validation/copy-json.ts';

/**
 * What a search looks for in each line, where a plain text does not say it. `linePattern` of `@stepwell/log-writer`
 * makes one from a regular expression; anybody may write another.
 *
 * @example
 * ```ts
 * import type { LinePattern } from '@stepwell/core';
 *
 * const longLines: LinePattern = { source: 'over 1 KB', find: (bytes) => (bytes.length > 1024 ? 1024 : -1) };
 * console.log(longLines.source);
 * ```
 */
export interface LinePattern {
  /** What people call it: in messages, and on a page. */
  readonly source: string;
  /**
   * The offset in bytes of the first place in a line that matches, from 0 to `bytes.length`, or -1. Called once for each
   * line that may match, in the thread of the reader: it should take time linear in the length of the line. It must neither
   * change the bytes nor keep them, and answer the same for the same bytes.
   */
  find(bytes: Uint8Array): number;
  /**
   * Texts of which at least one is, byte for byte, in every line that matches: a backend skips whatever holds none of
   * them without a call of `find`. Without it every line is tried. A text that a matching line lacks makes the search
   * miss that line.
   */
  readonly required?: readonly string[];
  /** Whether letters of ASCII in `required` stand for both cases. Default false. */
  readonly requiredIgnoreCase?: boolean;
}

/** A pattern as a driver uses it: what was given was read once, and what it answers is checked. */
export interface CheckedPattern extends LinePattern {
  readonly requiredIgnoreCase: boolean;
}

/** More of them than this help nobody to skip anything. */
const mostRequired = 1000;

/**
 * The pattern as it was when it was given.
 * @throws `INVALID_ARGUMENT` for what is none; its `find` does so for an answer that is no place in the line, and for
 * whatever the caller's own throws
 */
export function checkLinePattern(pattern: LinePattern): CheckedPattern {
  if (typeof pattern !== 'object' || pattern === null)
    throw invalid(`a pattern must be text or an object with find(), not ${describe(pattern)}`);
  if (pattern instanceof RegExp)
    throw invalid('a RegExp may take for ever: give what linePattern() of @stepwell/log-writer makes of it');
  const { source, find, required, requiredIgnoreCase } = readGiven(() => readPattern(pattern));
  if (typeof source !== 'string')
    throw invalid(`the source of a pattern must be text, not ${describe(source)}`);
  if (typeof find !== 'function')
    throw invalid(`find of a pattern must be a function, not ${describe(find)}`);
  if (requiredIgnoreCase !== undefined && typeof requiredIgnoreCase !== 'boolean')
    throw invalid(`requiredIgnoreCase must be true or false, not ${describe(requiredIgnoreCase)}`);
  return {
    source,
    find: (bytes) => placeIn(bytes, () => find.call(pattern, bytes)),
    ...(required !== undefined && { required: checkRequired(required) }),
    requiredIgnoreCase: requiredIgnoreCase ?? false,
  };
}

/** Each field read once, wherever it is: a pattern may be an instance of a class. */
function readPattern(
  pattern: LinePattern,
): Record<'source' | 'find' | 'required' | 'requiredIgnoreCase', unknown> {
  const { source, find, required, requiredIgnoreCase } = pattern;
  return {
    source,
    find,
    required: Array.isArray(required) ? copyList(required, (text) => text) : required,
    requiredIgnoreCase,
  };
}

function checkRequired(required: unknown): readonly string[] {
  if (!Array.isArray(required))
    throw invalid(`required of a pattern must be an array of texts, not ${describe(required)}`);
  if (required.length === 0 || required.length > mostRequired)
    throw invalid(`required of a pattern must hold 1 to ${mostRequired} texts`);
  for (const text of required as readonly unknown[]) {
    if (typeof text !== 'string' || text === '' || !text.isWellFormed())
      throw invalid(
        `required of a pattern must hold well-formed texts that are not empty, not ${describe(text)}`,
      );
  }
  return required;
}

function placeIn(bytes: Uint8Array, find: () => unknown): number {
  let found: unknown;
  try {
    found = find();
  } catch (cause) {
    throw unreadable(cause);
  }
  if (!Number.isInteger(found) || (found as number) < -1 || (found as number) > bytes.length)
    throw invalid(`a pattern must find a place in the line, or -1, not ${describe(found)}`);
  return found as number;
}

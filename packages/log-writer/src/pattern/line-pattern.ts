import { isRegExp } from 'node:util/types';
import { checkOptions, flag, type LinePattern, type OptionShape, StoreError } from '@stepwell/core';
import { RE2JS } from 're2js';
import { placeOf } from './place-of.ts';
import { requiredTexts } from './required-texts.ts';

/** UTF-16 units. What people search for is short; what programs put together is not, and takes seconds to compile. */
const longestSource = 4096;

/** Instructions of the compiled program: what one byte of a line may cost. */
const largestProgram = 2000;

export interface LinePatternOptions {
  /** Fold letters, as Unicode folds them. Default false. As the flag `i`. */
  readonly ignoreCase?: boolean;
}

const linePatternOptionShape: OptionShape<LinePatternOptions> = { ignoreCase: flag };

/**
 * A regular expression that a search can use: it answers in time linear in the length of a line, whatever the
 * expression and the line are. It is RE2's language (https://github.com/google/re2/wiki/Syntax), which has no lookaround and
 * no backreferences; there are no other surprises in it for those who know JavaScript's: `\s` is white space of ASCII, `.` is
 * all but a line feed, and without the flag `m` the ends are those of the line, `$` included.
 *
 * It works on the bytes of a line: offsets count bytes, and a byte that is no UTF-8 is one character U+FFFD.
 *
 * A `RegExp` is read as if it had its flag `u`; `i`, `m` and `s` mean what they always do, `d` and `g` nothing.
 *
 * @throws `INVALID_ARGUMENT`, with the place: for a mistake, for what the language does not have, for the flags `v` and
 * `y`, and for an expression over 4,096 characters or one that compiles to more than 2,000 instructions
 *
 * @example
 * ```ts
 * import { linePattern } from '@stepwell/log-writer';
 *
 * const failed = linePattern(/(error|fatal): .*exit code [1-9]/i);
 * console.log(failed.find(Buffer.from('12:30 Error: make, exit code 2'))); // 6
 * ```
 */
export function linePattern(source: string | RegExp, options: LinePatternOptions = {}): LinePattern {
  const { ignoreCase: folded = false } = checkOptions<LinePatternOptions>(options, linePatternOptionShape);
  const given = readSource(source);
  const ignoreCase = given.flags.includes('i') || folded;
  if (given.source.length > longestSource)
    throw refused(given, `it is longer than ${longestSource} characters`);
  const compiled = compile(given, ignoreCase);
  const required = requiredTexts(compiled.pattern(), ignoreCase);
  return {
    source: given.source,
    find(bytes) {
      // What says yes or no is much faster than what says where, and most lines are a no.
      if (!compiled.test(bytes)) return -1;
      const matcher = compiled.matcher(bytes);
      return matcher.find() ? matcher.start() : -1;
    },
    ...(required && { required: required.texts, requiredIgnoreCase: required.ignoreCase }),
  };
}

interface Given {
  readonly source: string;
  /** Of a `RegExp`; none for a text. */
  readonly flags: string;
  readonly isRegExp: boolean;
}

/** The getter of the prototype: that of the object may be somebody else's. */
const sourceOf = Object.getOwnPropertyDescriptor(RegExp.prototype, 'source')?.get;

function readSource(source: unknown): Given {
  if (typeof source === 'string') {
    const given = { source, flags: '', isRegExp: false };
    if (!source.isWellFormed()) throw refused(given, 'it holds a lone surrogate, which has no UTF-8 form');
    return given;
  }
  if (!isRegExp(source))
    throw new StoreError('INVALID_ARGUMENT', 'a pattern must be a text or a RegExp, and is neither');
  const given = { source: String(sourceOf?.call(source)), flags: flagsOf(source), isRegExp: true };
  for (const letter of 'vy')
    if (given.flags.includes(letter)) throw refused(given, `its flag ${letter} has no meaning here`);
  refuseEscapes(given);
  return given;
}

function flagsOf(source: RegExp): string {
  try {
    return String(source.flags);
  } catch (cause) {
    throw new StoreError('INVALID_ARGUMENT', 'the flags of the pattern cannot be read', { cause });
  }
}

/** What JavaScript without the flag `u` takes for the letter itself, or for a backreference, means something else here. */
function refuseEscapes(given: Given): void {
  for (const { 0: part, index } of given.source.matchAll(/\\./gsu)) {
    if (/[1-9A-Za-z]/.test(part) && !/[cdDsSwWbBfnrtvxupP]/.test(part))
      throw refused(given, 'no such escape', part, undefined, index);
  }
}

function compile(given: Given, ignoreCase: boolean): RE2JS {
  const flags =
    (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (given.flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (given.flags.includes('s') ? RE2JS.DOTALL : 0);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(given.isRegExp ? RE2JS.translateRegExp(given.source) : given.source, flags);
  } catch (cause) {
    const { error = 'it is no regular expression', input } = cause as {
      error?: string;
      input?: string | null;
    };
    throw refused(given, error, input ?? undefined, cause);
  }
  if (compiled.programSize() > largestProgram)
    throw refused(given, `it compiles to more than ${largestProgram} instructions`);
  return compiled;
}

function refused(
  { source }: Given,
  reason: string,
  part?: string,
  cause?: unknown,
  place?: number,
): StoreError {
  const shown = source.length <= 80 ? source : `${source.slice(0, 79)}…`.toWellFormed();
  const at = place ?? placeOf(part ?? '', source);
  const where = part === undefined ? '' : ` at ${at}: ${part.slice(0, 80)}`;
  return new StoreError(
    'INVALID_ARGUMENT',
    `the pattern ${shown} cannot be searched for: ${reason}${where}`,
    {
      details: { source: shown, ...(part !== undefined && { part, at }) },
      cause,
    },
  );
}

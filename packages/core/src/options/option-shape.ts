/** Reads one option: answers its value, or throws `INVALID_ARGUMENT` with the `path` of the option in its message. */
export type OptionCheck<Value> = (value: unknown, path: string) => Value;

/**
 * Which options there are, and what each may be: a check for each, or a shape for options within options. An option
 * that an interface has and its shape has not does not compile.
 *
 * @example
 * ```ts
 * import { checkOptions, milliseconds, oneOf, type OptionShape, wholeFrom } from '@stepwell/core';
 *
 * interface CacheOptions {
 *   readonly keep?: 'newest' | 'oldest';
 *   readonly limits?: { readonly entries?: number; readonly age?: number };
 * }
 * const shape: OptionShape<CacheOptions> = {
 *   keep: oneOf('newest', 'oldest'),
 *   limits: { entries: wholeFrom(1), age: milliseconds },
 * };
 * const { limits } = checkOptions({ limits: { entries: 5 } }, shape);
 * console.log(limits?.entries);
 * ```
 */
export type OptionShape<Options> = {
  readonly [Name in keyof Options]-?: NonNullable<Options[Name]> extends Leaf
    ? OptionCheck<NonNullable<Options[Name]>>
    : OptionCheck<NonNullable<Options[Name]>> | OptionShape<NonNullable<Options[Name]>>;
};

/** What has no options within. */
type Leaf = string | number | boolean | readonly unknown[] | ((...given: never) => unknown);

import type { FactPattern } from './fact.ts';

/** One move of a chain. */
export type FactHop =
  /** From where the facts so far point to, along `predicate`. */
  | { readonly type: 'follow'; readonly predicate: string }
  /** Against the arrow: from where the facts so far point to, to the subjects that point there along `predicate`. */
  | { readonly type: 'follow-reverse'; readonly predicate: string }
  /** Keeps the facts that fit. */
  | { readonly type: 'where'; readonly pattern: FactPattern };

/** A whole query, as plain data: a backend may compile it to one query of its own. */
export interface FactPlan {
  readonly start: FactPattern;
  readonly hops: readonly FactHop[];
  readonly limit?: number;
}

import type { StepStatus } from './status.ts';

/**
 * Which records to list. Every field narrows; `undefined` is as if it were not there. What would be overlooked or could
 * match no record is `INVALID_ARGUMENT`: a field that its kind does not have, a query that is no plain object, text with
 * NUL or a lone surrogate, more than 16 Mi characters of ids. An id that nobody has is simply not found.
 *
 * - execution: `ids status name user tag session createdFrom createdBefore`
 * - step: `ids status name executionId`, in the order of `index`
 * - artifact: `ids name executionId stepId tag createdFrom createdBefore`
 */
export interface RecordFilter {
  /** Any of these ids, each record once however often it is named; none of an empty list. */
  readonly ids?: readonly string[] | undefined;
  /** Any of these statuses; none of an empty list. */
  readonly status?: readonly StepStatus[] | undefined;
  /** The exact name. */
  readonly name?: string | undefined;
  readonly user?: string | undefined;
  /** Carries this tag. */
  readonly tag?: string | undefined;
  readonly session?: string | undefined;
  readonly executionId?: string | undefined;
  readonly stepId?: string | undefined;
  /** Created at or after, milliseconds since the Unix epoch. */
  readonly createdFrom?: number | undefined;
  /** Created before. */
  readonly createdBefore?: number | undefined;
}

export interface RecordQuery extends RecordFilter {
  /** By `createdAt` (steps: by `index`), then by the UTF-8 bytes of the `id`. Default `'newest'` for executions, `'oldest'` for the others. */
  readonly order?: 'newest' | 'oldest' | undefined;
  /** At most this many; a positive integer. Default: all. */
  readonly limit?: number | undefined;
  /**
   * Only what comes after this record in the order: the last one of the page before (keyset paging, SF-44). It may have
   * gone since. Of records that come, go or move between two pages each page shows its own moment; all others are seen
   * once.
   */
  readonly after?:
    | { readonly id: string; readonly createdAt: number }
    | { readonly id: string; readonly index: number }
    | undefined;
}

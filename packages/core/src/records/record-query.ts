import type { StepStatus } from './status.ts';

/**
 * Which records to list. Every field narrows; a field that its kind does not have is `INVALID_ARGUMENT`.
 *
 * - execution: `ids status name user tag session createdFrom createdBefore`
 * - step: `ids status name executionId`, in the order of `index`
 * - artifact: `ids name executionId stepId tag createdFrom createdBefore`
 */
export interface RecordFilter {
  /** Any of these ids. */
  readonly ids?: readonly string[];
  /** Any of these statuses. */
  readonly status?: readonly StepStatus[];
  /** The exact name. */
  readonly name?: string;
  readonly user?: string;
  /** Carries this tag. */
  readonly tag?: string;
  readonly session?: string;
  readonly executionId?: string;
  readonly stepId?: string;
  /** Created at or after, milliseconds since the Unix epoch. */
  readonly createdFrom?: number;
  /** Created before. */
  readonly createdBefore?: number;
}

export interface RecordQuery extends RecordFilter {
  /** By `createdAt` (steps: by `index`), then by the UTF-8 bytes of the `id`. Default `'newest'` for executions, `'oldest'` for the others. */
  readonly order?: 'newest' | 'oldest';
  /** At most this many; a positive integer. Default: all. */
  readonly limit?: number;
  /** Only what comes after this record in the order: the last one of the page before (keyset paging, SF-44). */
  readonly after?:
    | { readonly id: string; readonly createdAt: number }
    | { readonly id: string; readonly index: number };
}

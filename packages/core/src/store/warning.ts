/**
 * SF-58: every warning there is, of all packages of Stepwell; the README says when each is told and what to do. An id stays:
 * programs match on it.
 */
export const warningIds = [
  'snapshot.old',
  'snapshot.expired',
  'snapshot.expiry-failed',
  'snapshot.leaked',
  'snapshot.left-open',
  'write.buffered-failed',
  'write.buffered-waits',
  'lock.not-released',
  'checkpoint.starved',
  'checkpoint.failed',
  'log.tail.cut',
  'log.lines.lost',
  'log.compaction.failed',
  'log.mark.failed',
] as const;

/** One of {@link warningIds}. */
export type WarningId = (typeof warningIds)[number];

/** Something the owner of a store should know that is not an error of any call. */
export interface StoreWarning {
  /** Stable. What a backend of somebody else warns of begins with its name: `mydb:replica.late`. */
  readonly id: WarningId | `${string}:${string}`;
  /** For people; it may change. */
  readonly message: string;
  /** JSON-serialisable. */
  readonly details?: Readonly<Record<string, unknown>>;
}

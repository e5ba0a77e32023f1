/** Something the owner of a store should know that is not an error of any call. */
export interface StoreWarning {
  /** Stable: `snapshot.leaked`, `snapshot.left-open`, `snapshot.old`, `snapshot.expired`, `log.tail.cut`, `log.lines.lost`, `checkpoint.starved`, … */
  readonly id: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** S3: one more with every commit; totally ordered across the processes of one store. 0 is the empty store. */
export type Epoch = number;

/** Where a driver stands. */
export interface Head {
  readonly epoch: Epoch;
  /**
   * A UUID that names the store for its whole life: made once, durable before `open` answers, and the same in every copy.
   * A leader's is handed to its follower, which refuses to go on with another one. Left out by backends that have none.
   */
  readonly store?: string;
  /** Changes on restore and on the first write-open after a reboot: epochs compare only within one lineage. */
  readonly lineage: string;
  /** The last epoch at which each follower wrote, by its name: `marks.logs` under {@link combine}. */
  readonly marks: Readonly<Record<string, Epoch>>;
}

/** S3: one more with every commit; totally ordered across the processes of one store. 0 is the empty store. */
export type Epoch = number;

/** Where a driver stands. */
export interface Head {
  readonly epoch: Epoch;
  /** Changes on restore and on the first write-open after a reboot: epochs compare only within one lineage. */
  readonly lineage: string;
  /** The last epoch at which each follower wrote, by its name: `marks.logs` under {@link combine}. */
  readonly marks: Readonly<Record<string, Epoch>>;
}

/** Every limit of a store, with what it is when nothing is said, and why. DESIGN's table of defaults in code. */
export const defaults = {
  /** One writer that keeps the lock is faster than any number that take turns. */
  writer: 'exclusive',
  /** Milliseconds to wait for a writer that is there: whoever wants to wait says so, nobody hangs by surprise. */
  lockWait: 0,
  /** What `write` promises: surviving the machine costs a sync of the disk for every commit. */
  durability: 'process-crash',
  /** Ops in one group commit: more gains nothing, since the fixed cost is spread already. */
  groupOps: 500,
  /** Bytes in one group commit: a backend writes them at one go, and the event loop waits some 5 ms for so many. */
  groupBytes: 4_194_304,
  /** Milliseconds after which a group commit has kept those behind it waiting too long: the next one is smaller. */
  groupMs: 20,
  /** Buffered writes commit after so many ops … */
  bufferedOps: 50,
  /** … or so many milliseconds, whichever comes first. */
  bufferedMs: 1_000,
  /** Ops that may wait in the queue before `write` pushes back. */
  queueOps: 10_000,
  /** Bytes that may wait in the queue before `write` pushes back. */
  queueBytes: 67_108_864,
  /** Milliseconds a snapshot may live: a forgotten one keeps files and write-ahead log from shrinking. 0 is for ever. */
  snapshotDeadline: 600_000,
  /** Milliseconds after which a snapshot that may live longer is warned about. */
  snapshotWarn: 600_000,
  /** Milliseconds to wait for a turn of the writer lock, or for room in the queue, before `BUSY`. */
  busyWait: 5_000,
  /** Milliseconds that logged lines wait for company: a chatty program costs few commits, and nobody sees the delay. */
  lineDelay: 10,
  /** Milliseconds from which on a commit counts as slow: people begin to notice. */
  slowCommit: 100,
  /** Bytes of logged lines that may wait before `log` pushes back. */
  lineBytes: 8_388_608,
} as const;

/** One figure that a driver reports; the monitor turns it into health, metrics and text without knowing the driver. */
export interface Measure {
  /** Dotted, stable, prefixed by the driver: `records.wal.bytes`. What core itself measures begins with `store.`. */
  readonly name: string;
  readonly unit: 'bytes' | 'count' | 'milliseconds' | 'ratio';
  readonly value: number;
  /** One sentence for people. */
  readonly meaning: string;
  /**
   * `'counter'`: it began with 0 when the handle was opened and only grows, so what it grew by in a while tells most.
   * Default `'gauge'`: how it is now.
   */
  readonly kind?: 'gauge' | 'counter';
}

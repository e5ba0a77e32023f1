/** One figure that a driver reports; the monitor turns it into health, metrics and text without knowing the driver. */
export interface Measure {
  /** Dotted, stable, prefixed by the driver: `records.wal.bytes`. */
  readonly name: string;
  readonly unit: 'bytes' | 'count' | 'milliseconds' | 'ratio';
  readonly value: number;
  /** One sentence for people. */
  readonly meaning: string;
}

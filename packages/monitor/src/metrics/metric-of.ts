import type { Measure } from '@stepwell/core';

/** A measure the way Prometheus wants it: base units, the unit at the end of the name. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly help: string;
}

const units: Readonly<Record<Measure['unit'], { readonly suffix: string; readonly factor: number }>> = {
  bytes: { suffix: '_bytes', factor: 1 },
  milliseconds: { suffix: '_seconds', factor: 0.001 },
  ratio: { suffix: '_ratio', factor: 1 },
  count: { suffix: '', factor: 1 },
};

/** `records.wal.bytes` becomes `stepwell_records_wal_bytes`, `process.uptime` in ms `stepwell_process_uptime_seconds`. */
export function metricOf({ name, unit, value, meaning }: Measure): Metric {
  const { suffix, factor } = units[unit];
  const base = `stepwell_${name.replaceAll(/[^a-zA-Z0-9]+/g, '_')}`;
  return { name: base.endsWith(suffix) ? base : base + suffix, value: value * factor, help: meaning };
}

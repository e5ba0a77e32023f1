import type { Measure } from '@stepwell/core';

/** A measure the way Prometheus wants it: base units, the unit at the end of the name. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
}

const units: Readonly<Record<Measure['unit'], { readonly suffix: string; readonly factor: number }>> = {
  bytes: { suffix: '_bytes', factor: 1 },
  milliseconds: { suffix: '_seconds', factor: 0.001 },
  ratio: { suffix: '_ratio', factor: 1 },
  count: { suffix: '', factor: 1 },
};

/**
 * `records.wal.bytes` becomes `stepwell_records_wal_bytes`, `process.uptime` in ms `stepwell_process_uptime_seconds`, and the
 * counter `store.commits` `stepwell_store_commits_total`.
 */
export function metricOf({ name, unit, value, meaning, kind = 'gauge' }: Measure): Metric {
  const { suffix, factor } = units[unit];
  const base = `stepwell_${name.replaceAll(/[^a-zA-Z0-9]+/g, '_')}`;
  const withUnit = base.endsWith(suffix) ? base : base + suffix;
  return {
    name: kind === 'counter' ? `${withUnit}_total` : withUnit,
    value: value * factor,
    help: meaning,
    kind,
  };
}

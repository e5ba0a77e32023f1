import { Counter, Gauge, type Registry } from 'prom-client';
import type { RecordCounts } from '../measure/count-records.ts';
import type { Stats } from '../monitor.ts';
import { type Metric, metricOf } from './metric-of.ts';

/** Writes what was measured to an empty registry: one for each scrape, so that nothing outdated is ever told. */
export function fillRegistry(registry: Registry, stats: Stats, readable: boolean): void {
  const set = (name: string, help: string, value: number): void => {
    setMetric(registry, { name, help, value, kind: 'gauge' });
  };
  set('stepwell_up', 'Whether the store could be read through a snapshot.', readable ? 1 : 0);
  for (const metric of stats.measures.map(metricOf)) setMetric(registry, metric);
  if (stats.records !== null) setRecords(registry, stats.records, set);
}

/** Two drivers may report the same name: the later one stands. */
function setMetric(registry: Registry, { name, help, value, kind }: Metric): void {
  registry.removeSingleMetric(name);
  const options = { name, help, registers: [registry] };
  if (kind === 'counter') new Counter(options).inc(value);
  else new Gauge(options).set(value);
}

function setRecords(
  registry: Registry,
  { executions, steps, artifacts }: RecordCounts,
  set: (name: string, help: string, value: number) => void,
): void {
  const byStatus = new Gauge({
    name: 'stepwell_executions',
    help: 'Executions by status.',
    labelNames: ['status'],
    registers: [registry],
  });
  for (const [status, count] of Object.entries(executions)) byStatus.set({ status }, count);
  set('stepwell_steps', 'Steps of all executions.', steps);
  set('stepwell_artifacts', 'Artifacts of all executions.', artifacts);
}

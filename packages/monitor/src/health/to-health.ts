import type { Examination } from '../examine/examine.ts';
import type { HealthCheck, HealthDocument, HealthStatus } from './health-document.ts';

const severity: Readonly<Record<HealthStatus, number>> = { pass: 0, warn: 1, fail: 2 };

/** SF-101: an examination as an `application/health+json` document. */
export function toHealth(storeName: string, examination: Examination): HealthDocument {
  const checks = checksOf(examination);
  const bad = [...checks.values()].filter(({ status }) => status !== 'pass');
  const status = bad.reduce<HealthStatus>(
    (worst, check) => (severity[check.status] > severity[worst] ? check.status : worst),
    'pass',
  );
  return {
    status,
    description: `the store ${storeName}`,
    ...(bad.length > 0 && { output: bad.map(({ output }) => output).join('; ') }),
    checks: Object.fromEntries([...checks].map(([name, check]) => [name, [check]])),
  };
}

function checksOf({
  at,
  read,
  watched,
  statsError,
  deadRuns,
  failedTasks,
}: Examination): Map<string, HealthCheck> {
  const time = new Date(at).toISOString();
  const checks = new Map<string, HealthCheck>();
  const add = (name: string, check: Omit<HealthCheck, 'time' | 'output'>, output?: string): void => {
    checks.set(name, { ...check, time, ...(output !== undefined && { output }) });
  };

  add(
    'store:read',
    {
      status: read.error === null ? 'pass' : 'fail',
      componentType: 'datastore',
      observedValue: Math.round(read.duration * 1000) / 1000,
      observedUnit: 'milliseconds',
    },
    read.error === null ? undefined : `${read.error.code}: ${read.error.message}`,
  );
  if (statsError !== null) {
    const output = `${statsError.code}: ${statsError.message}`;
    add(
      'store:stats',
      { status: 'fail', componentType: 'datastore', observedValue: 0, observedUnit: 'measures' },
      output,
    );
  }
  for (const { measure, breach } of watched) {
    const ofProcess = measure.name.startsWith('process.');
    add(
      ofProcess ? `process:${measure.name.slice('process.'.length)}` : `store:${measure.name}`,
      {
        status: breach?.level ?? 'pass',
        componentType: ofProcess ? 'system' : 'datastore',
        observedValue: measure.value,
        observedUnit: measure.unit,
      },
      breach && `${measure.name} is ${measure.value}, the limit is ${breach.limit} ${measure.unit}`,
    );
  }
  add(
    'runs:dead',
    {
      status: deadRuns.count > 0 ? 'warn' : 'pass',
      componentType: 'component',
      observedValue: deadRuns.count,
      observedUnit: 'count',
    },
    deadRuns.count > 0 ? `${deadRuns.count} runs go on only on paper: ${deadRuns.ids.join(', ')}` : undefined,
  );
  for (const { task, duration, error } of failedTasks) {
    const output = `${task} failed: ${error?.message ?? ''}`;
    add(
      `maintenance:${task}`,
      { status: 'warn', componentType: 'component', observedValue: duration, observedUnit: 'milliseconds' },
      output,
    );
  }
  return checks;
}

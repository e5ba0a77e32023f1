import type { Measure, Problem, StoreError } from '@stepwell/core';
import type { Examination } from '../examine/examine.ts';
import type { Finding } from './finding.ts';
import { fixFor } from './fixes.ts';

/** What an examination and a verification found, the worst first. */
export function toFindings(examination: Examination, problems: readonly Problem[]): readonly Finding[] {
  const findings = [
    ...unreadable(examination),
    ...problems.map(damaged),
    ...breaches(examination),
    ...deadRuns(examination),
    ...failedTasks(examination),
  ];
  return findings.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}

function unreadable({ read, statsError }: Examination): Finding[] {
  const findings: Finding[] = [];
  if (read.error !== null) {
    findings.push({
      id: 'store.unreadable',
      severity: 'error',
      summary: 'The store cannot be read.',
      evidence: { ...evidenceOf(read.error), milliseconds: read.duration },
      fix: fixFor(read.error.code),
    });
  }
  if (statsError !== null) {
    findings.push({
      id: 'store.stats',
      severity: 'error',
      summary: 'The store cannot tell its measures, so nothing watches its size.',
      evidence: evidenceOf(statsError),
      fix: fixFor(statsError.code),
    });
  }
  return findings;
}

function damaged(problem: Problem): Finding {
  return {
    id: 'store.damaged',
    severity: 'error',
    summary: `${problem.where}: ${problem.message}`,
    evidence: { ...problem, problem: problem.id },
    fix: fixFor('CORRUPT'),
  };
}

function breaches({ watched }: Examination): Finding[] {
  return watched.flatMap(({ measure, breach }) => {
    if (breach === undefined) return [];
    const { name, unit, value, meaning } = measure;
    return {
      id: breach.finding,
      severity: breach.level === 'fail' ? 'error' : 'warning',
      summary: `${name} is ${rounded(measure)} ${unit}; from ${breach.limit} on it is too much. ${meaning}`,
      evidence: { measure: name, value, unit, limit: breach.limit },
      fix: breach.fix,
    } satisfies Finding;
  });
}

/** Whole where it counts something; a share would all be gone. */
function rounded({ unit, value }: Measure): number {
  return unit === 'ratio' ? Number(value.toPrecision(3)) : Math.round(value);
}

function deadRuns({ deadRuns: { count, ids } }: Examination): Finding[] {
  if (count === 0) return [];
  return [
    {
      id: 'run.dead',
      severity: 'warning',
      summary: `${count} ${count === 1 ? 'run is' : 'runs are'} stored as running, but the process that recorded them is gone.`,
      evidence: { count, ids },
      fix: 'Open the store for writing and run `await settleInterrupted(store)` of @stepwell/core, or `recorder.resume(id)` to go on.',
    },
  ];
}

function failedTasks({ failedTasks: reports }: Examination): Finding[] {
  return reports.flatMap(({ task, startedAt, error }) => {
    if (error === null) return [];
    return {
      id: 'maintenance.failed',
      severity: 'warning',
      summary: `The last scheduled ${task} failed.`,
      evidence: { task, startedAt, ...evidenceOf(error) },
      fix: `${fixFor(error.code)} Then run \`await store.maintenance.${task}()\` to see whether it works.`,
    } satisfies Finding;
  });
}

function evidenceOf(error: StoreError): Record<string, unknown> {
  return { code: error.code, message: error.message, ...error.details };
}

import { type Measure, type Reader, type StoreError, toStoreError } from '@stepwell/core';
import type { TaskReport } from '../maintenance/task.ts';
import { type DeadRuns, findDeadRuns } from './dead-runs.ts';
import { type Probe, probeRead, type ReadOutcome } from './probe-read.ts';
import { type Breach, breachOf, rowOf, type Thresholds } from './thresholds.ts';

/** What health and the doctor both look at, taken once. */
export interface Examination {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly read: ReadOutcome;
  /** The measures that have a threshold, each with the one it passed, if any. */
  readonly watched: readonly { readonly measure: Measure; readonly breach: Breach | undefined }[];
  /** Why the store's own measures are missing; `null` when they are not. */
  readonly statsError: StoreError | null;
  /** None can be told apart while the store cannot be read. */
  readonly deadRuns: DeadRuns;
  /** The last run of each maintenance task, where it failed. */
  readonly failedTasks: readonly TaskReport[];
}

/** What an examination needs beside the store. */
export interface Instruments<View> {
  readonly probe: Probe<View>;
  readonly readTimeout: number;
  readonly thresholds: Thresholds;
  /** Given what the store measures: that, with what follows from it, and what the process does. */
  readonly complete: (measured: readonly Measure[]) => readonly Measure[];
  readonly reports: () => readonly TaskReport[];
  readonly now: () => number;
}

/** Looks at everything. Never throws: what fails is part of the result. */
export async function examine<View>(
  store: Reader<View>,
  instruments: Instruments<View>,
): Promise<Examination> {
  const { probe, readTimeout, thresholds } = instruments;
  const read = await probeRead(store, probe, readTimeout);
  const stats = await attempt(store, 'tell its measures', [], async () => await store.stats());
  const runs =
    read.error === null
      ? await attempt(store, 'be searched for dead runs', nobody, async () => await findDeadRuns(store))
      : { value: nobody, error: null };
  return {
    at: instruments.now(),
    read: { ...read, error: read.error ?? runs.error },
    watched: instruments
      .complete(stats.value)
      .filter(({ name }) => isWatched(name, thresholds))
      .map((measure) => ({ measure, breach: breachOf(measure, thresholds) })),
    statsError: stats.error,
    deadRuns: runs.value,
    failedTasks: lastFailures(instruments.reports()),
  };
}

const nobody: DeadRuns = { count: 0, ids: [] };

async function attempt<Result>(
  store: Reader<unknown>,
  doing: string,
  otherwise: Result,
  work: () => Promise<Result>,
): Promise<{ readonly value: Result; readonly error: StoreError | null }> {
  try {
    return { value: await work(), error: null };
  } catch (error) {
    return {
      value: otherwise,
      error: toStoreError(error, 'IO', `the store ${store.name} could not ${doing}`),
    };
  }
}

function isWatched(name: string, thresholds: Thresholds): boolean {
  const row = rowOf(name, thresholds);
  return row?.warn !== undefined || row?.fail !== undefined;
}

/** A run that was stopped did not fail, and one that found the store busy is made again soon. */
function lastFailures(reports: readonly TaskReport[]): readonly TaskReport[] {
  const last = new Map(reports.map((report) => [report.task, report]));
  return [...last.values()].filter(
    ({ error }) => error !== null && error.code !== 'ABORTED' && !error.retryable,
  );
}

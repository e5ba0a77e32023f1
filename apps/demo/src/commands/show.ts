import { type Artifact, type Execution, type Step, type StreamInfo, toArray } from '@stepwell/core';
import { findExecution } from '../ids/find-execution.ts';
import { print } from '../output/print.ts';
import { openSettled, type RunSnapshot } from '../reading/open-settled.ts';
import { isLive } from '../reading/shown-status.ts';
import { describeRun } from '../show/describe-run.ts';

/** All that is recorded of a run, but for its lines. */
export interface ShownRun {
  readonly execution: Execution;
  readonly steps: readonly Step[];
  readonly artifacts: readonly Artifact[];
  /** How much the run itself and each step logged; those that logged nothing are missing. */
  readonly logs: readonly StreamInfo[];
  /** Whether a living process records it. */
  readonly live: boolean;
}

/** `stepwell show`: one run with its steps, artifacts and metadata. */
export async function show(
  reference: string,
  { store, json }: { readonly store: string; readonly json: boolean },
): Promise<void> {
  await using stepwell = await openSettled(store);
  const run = await stepwell.store.withSnapshot((snapshot) => readRun(snapshot, reference));
  await print(json ? `${JSON.stringify(run, null, 2)}\n` : describeRun(run, Date.now()));
}

async function readRun(snapshot: RunSnapshot, reference: string): Promise<ShownRun> {
  const { records, logs } = snapshot.view;
  const execution = await findExecution(records, reference);
  const steps = await toArray(records.list('step', { executionId: execution.id }));
  const artifacts = await toArray(records.list('artifact', { executionId: execution.id }));
  const infos: StreamInfo[] = [];
  for (const stream of [execution.id, ...steps.map(({ id }) => id)]) {
    const info = await logs.info(stream);
    if (info !== undefined) infos.push(info);
  }
  return { execution, steps, artifacts, logs: infos, live: await isLive(snapshot, execution) };
}

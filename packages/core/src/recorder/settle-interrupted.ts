import type { CombinedView } from '../combine/combine.ts';
import { toArray } from '../iterate/to-array.ts';
import type { Execution } from '../records/execution.ts';
import { putExecution, putStep, type RecordOp } from '../records/record-op.ts';
import type { RecordQuery } from '../records/record-query.ts';
import type { RecordView } from '../records/record-view.ts';
import { isEnd } from '../records/status.ts';
import type { Step } from '../records/step.ts';
import type { RecordingStore } from './recorder.ts';
import { withRecoveryLock } from './recovery-lock.ts';

const open: RecordQuery = { status: ['pending', 'running'] };

const errorMessage = 'the process that recorded it ended before it did';

/** What was found and stored by {@link settleInterrupted}. */
export interface Settled {
  /** Ids of the executions that are `interrupted` now. */
  readonly interrupted: readonly string[];
}

/**
 * S7: stores `interrupted` for every execution whose session is dead, and for its open steps, and tidies the
 * sessions away. A live run is never touched: only the kernel says who is dead. Safe to call from any process, at
 * any time, and again after a crash.
 */
export async function settleInterrupted(store: RecordingStore): Promise<Settled> {
  return await withRecoveryLock(store.locks, async () => {
    const dead = await deadSessions(store);
    // Read anew: between the first look and its death a process may have written more, or come to its end.
    const found = await store.withSnapshot(async ({ view }) => {
      const cutOff: { readonly id: string; readonly ops: readonly RecordOp[] }[] = [];
      for await (const execution of view.records.list('execution', open)) {
        if (execution.session === null || !dead.has(execution.session)) continue;
        cutOff.push({ id: execution.id, ops: await endOf(view, execution) });
      }
      return cutOff;
    });
    await Promise.all(found.map(({ ops }) => store.write(ops)));
    await removeDeadSessions(store);
    return { interrupted: found.map(({ id }) => id) };
  });
}

/** Sessions of executions that have not ended, whose process has. */
async function deadSessions(store: RecordingStore): Promise<ReadonlySet<string>> {
  return await store.withSnapshot(async (snapshot) => {
    const dead = new Set<string>();
    for await (const { session } of snapshot.view.records.list('execution', open)) {
      // One that was created but never taken up by a process waits for one; it was not interrupted.
      if (session !== null && !(await snapshot.isLive(session))) dead.add(session);
    }
    return dead;
  });
}

async function endOf(view: CombinedView<RecordView>, execution: Execution): Promise<RecordOp[]> {
  const steps = await toArray(view.records.list('step', { executionId: execution.id }));
  const openSteps = steps.filter((step) => !isEnd(step.status));
  const completedAt = await lastSignOfLife(view, execution, steps);
  return [
    ...openSteps.map((step) => putStep({ ...step, status: 'interrupted', completedAt, errorMessage })),
    putExecution({ ...execution, status: 'interrupted', completedAt, errorMessage }),
  ];
}

/** When it ended, as far as can be told: not now, which may be days later. */
async function lastSignOfLife(
  view: CombinedView<RecordView>,
  execution: Execution,
  steps: readonly Step[],
): Promise<number> {
  const times = [execution.createdAt, execution.startedAt ?? 0];
  for (const step of steps) times.push(step.startedAt ?? 0, step.completedAt ?? 0);
  for (const stream of [execution.id, ...steps.map((step) => step.id)]) {
    times.push((await view.logs.info(stream))?.lastAt ?? 0);
  }
  return times.reduce((latest, time) => Math.max(latest, time), 0);
}

async function removeDeadSessions(store: RecordingStore): Promise<void> {
  // `remove` does nothing to a lock that is held.
  for (const name of await store.locks.list('session-')) await store.locks.remove(name);
}

import { StoreError } from '../errors/store-error.ts';
import { newExecution } from '../records/execution.ts';
import { putExecution } from '../records/record-op.ts';
import { isEnd, transitionError } from '../records/status.ts';
import { ExecutionHandle } from './execution-handle.ts';
import type { ExecutionOptions, Recorder, RecorderOptions, RecordingStore } from './recorder.ts';
import { Recording } from './recording.ts';
import { withRecoveryLock } from './recovery-lock.ts';
import { runRecorded } from './run-recorded.ts';

/**
 * Makes the recorder of a store.
 *
 * @example
 * ```ts
 * import { combine, createRecorder, openStore } from '@stepwell/core';
 * import { memoryLogs, memoryRecords } from '@stepwell/testkit';
 *
 * const store = await openStore(combine({ records: memoryRecords(), logs: memoryLogs() }));
 * const recorder = createRecorder(store);
 * await recorder.execution('nightly', async (execution) => {
 *   await execution.step('compile', async (step) => {
 *     step.log('cc -c main.c');
 *   });
 * });
 * await store.close();
 * ```
 */
export function createRecorder(store: RecordingStore, options: RecorderOptions = {}): Recorder {
  const recording = new Recording(store, options);

  async function start(init: string | ExecutionOptions): Promise<ExecutionHandle> {
    const session = await store.session();
    const at = recording.now();
    const record = newExecution({
      id: recording.newId(),
      ...(typeof init === 'string' ? { name: init } : init),
      status: 'running',
      createdAt: at,
      startedAt: at,
      session: session.id,
    });
    await store.write([putExecution(record)]);
    return new ExecutionHandle(recording, record, 0);
  }

  return {
    start,
    execution: async (init, work) => await runRecorded(await start(init), work),
    resume: (id) => withRecoveryLock(store.locks, () => resume(recording, id)),
  };
}

async function resume(recording: Recording, id: string): Promise<ExecutionHandle> {
  const { store } = recording;
  const session = await store.session();
  const { record, live, nextStepIndex } = await store.withSnapshot(async (snapshot) => {
    const { records } = snapshot.view;
    const found = await records.get('execution', id);
    if (found === undefined)
      throw new StoreError('NOT_FOUND', `there is no execution ${id}`, { details: { id } });
    let last = -1;
    for await (const step of records.list('step', { executionId: id, order: 'newest', limit: 1 }))
      last = step.index;
    return { record: found, live: await snapshot.isLive(found.session), nextStepIndex: last + 1 };
  });
  if (isEnd(record.status) && record.status !== 'interrupted') {
    throw transitionError('execution', id, record.status, 'running');
  }
  if (live) {
    throw new StoreError('LOCKED', `execution ${id} is being recorded by a living process`, {
      details: { id, session: record.session },
    });
  }
  const resumed = {
    ...record,
    status: 'running',
    session: session.id,
    startedAt: record.startedAt ?? recording.now(),
    completedAt: null,
    errorMessage: null,
  } as const;
  await store.write([putExecution(resumed, { resume: true })]);
  return new ExecutionHandle(recording, resumed, nextStepIndex);
}

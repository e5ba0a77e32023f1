import { checkOptions } from '../options/check-options.ts';
import { having } from '../options/option-checks.ts';
import { newExecution } from '../records/execution.ts';
import { putExecution } from '../records/record-op.ts';
import { checkInit, checkWork, executionFields } from './check-said.ts';
import { ExecutionHandle } from './execution-handle.ts';
import type { ExecutionOptions, Recorder, RecorderOptions, RecordingStore } from './recorder.ts';
import { recorderOptionShape } from './recorder-option-shape.ts';
import { Recording } from './recording.ts';
import { withRecoveryLock } from './recovery-lock.ts';
import { refuseExisting } from './refuse-existing.ts';
import { resumeExecution } from './resume-execution.ts';
import { runRecorded } from './run-recorded.ts';

/**
 * Makes the recorder of a store.
 *
 * @throws `INVALID_ARGUMENT` for what is no store, an option that does not exist or a value that it cannot have
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
  const recording = new Recording(
    isStore(store, 'store'),
    checkOptions<RecorderOptions>(options, recorderOptionShape),
  );

  async function start(init: string | ExecutionOptions): Promise<ExecutionHandle> {
    const session = await store.session();
    const said = checkInit(init, executionFields, 'an execution');
    if (said.id !== undefined) await refuseExisting(store, 'execution', said.id);
    const at = recording.now();
    const record = newExecution({
      id: recording.newId(),
      ...said,
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
    execution: async (init, work) => {
      checkWork(work);
      return await runRecorded(await start(init), work);
    },
    flush: () => recording.lines.flush(),
    resume: (id) => withRecoveryLock(store.locks, () => resumeExecution(recording, id)),
  };
}

const isStore = having<RecordingStore>('write', 'withSnapshot', 'session');

import { StoreError } from '../errors/store-error.ts';
import { toArray } from '../iterate/to-array.ts';
import type { Execution } from '../records/execution.ts';
import { putExecution, putStep } from '../records/record-op.ts';
import { isEnd, transitionError } from '../records/status.ts';
import { ExecutionHandle } from './execution-handle.ts';
import type { RecordingStore } from './recorder.ts';
import type { Recording } from './recording.ts';

/** Takes up an execution whose process is gone, under the recovery lock; see {@link Recorder.resume}. */
export async function resumeExecution(recording: Recording, id: string): Promise<ExecutionHandle> {
  const { store } = recording;
  const session = await store.session();
  await refuseLive(store, id);
  // Read anew: between a first look and its death the process may have written more.
  const { record, steps } = await store.withSnapshot(async ({ view }) => ({
    record: await existing(view.records.get('execution', id), id),
    steps: await toArray(view.records.list('step', { executionId: id })),
  }));
  if (isEnd(record.status) && record.status !== 'interrupted') {
    throw transitionError('execution', id, record.status, 'running');
  }
  const at = recording.now();
  const resumed: Execution = {
    ...record,
    status: 'running',
    session: session.id,
    startedAt: record.startedAt ?? at,
    completedAt: null,
    errorMessage: null,
  };
  const cutOff = steps
    .filter((step) => !isEnd(step.status))
    .map((step) =>
      putStep({ ...step, status: 'interrupted', completedAt: at, errorMessage: 'its execution was resumed' }),
    );
  await store.write([...cutOff, putExecution(resumed, { resume: true })]);
  return new ExecutionHandle(recording, resumed, (steps.at(-1)?.index ?? -1) + 1);
}

/** @throws `NOT_FOUND LOCKED` */
async function refuseLive(store: RecordingStore, id: string): Promise<void> {
  await store.withSnapshot(async (snapshot) => {
    const { session, status } = await existing(snapshot.view.records.get('execution', id), id);
    // What has ended is recorded by nobody, whoever recorded it may well live on.
    if (isEnd(status) || !(await snapshot.isLive(session))) return;
    throw new StoreError('LOCKED', `execution ${id} is being recorded by a living process`, {
      details: { id, session },
    });
  });
}

async function existing(found: Promise<Execution | undefined>, id: string): Promise<Execution> {
  const record = await found;
  if (record !== undefined) return record;
  throw new StoreError('NOT_FOUND', `there is no execution ${id}`, { details: { id } });
}

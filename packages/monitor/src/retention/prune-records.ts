import {
  abortSignal,
  callback,
  checkOptions,
  executionStatuses,
  having,
  isEnd,
  type LogView,
  type MaintenanceReport,
  type OptionShape,
  type PruneLinesOp,
  pruneLines,
  type RecordingStore,
  type RecordQuery,
  type RecordView,
  remove,
  StoreError,
  wholeFrom,
  withRecoveryLock,
} from '@stepwell/core';
import { logsOf } from '../measure/logs-of.ts';
import { recordsOf } from '../measure/records-of.ts';
import { artifactExpiry, executionExpiry } from './expiry.ts';

export interface RetentionOptions {
  /** How many days after its end an execution is kept that does not say so itself; 0 is for ever. Default 30. */
  readonly days?: number;
  /** The clock, milliseconds since the Unix epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** Ends the work between two pages; what was removed stays removed. */
  readonly signal?: AbortSignal;
}

const isStore = having<RecordingStore>('write', 'withSnapshot');
const shape: OptionShape<RetentionOptions> = { days: wholeFrom(0), now: callback, signal: abortSignal };

/** Records that are looked at, and at most removed, in one go: few enough that writers wait for none of it. */
const pageSize = 200;

const ended: RecordQuery = { status: executionStatuses.filter(isEnd), order: 'oldest' };

/** What one look found: what goes, and where to look on; `undefined` at the end. */
interface Page {
  readonly ids: readonly string[];
  /** Of the lines that go with them. */
  readonly prunes: readonly PruneLinesOp[];
  readonly last: RecordQuery['after'];
}

/**
 * SF-45, SF-68: removes executions that ended longer ago than they are to be kept, with their steps, artifacts and lines,
 * and artifacts that are past days of their own. An execution stays as long as one of its artifacts is to be kept by days
 * of the artifact's own. What runs, or waits to, is never removed, and nothing can be resumed while it is decided on.
 *
 * It works page by page, each a commit: after a crash, or the signal, the next call goes on. It reads all executions
 * that have ended, and all artifacts. The space of lines comes back with `maintenance.compact`, that of contents with
 * `maintenance.collect`.
 *
 * @throws `INVALID_ARGUMENT`; `NOT_SUPPORTED` for a store that holds no such records; `ABORTED` when the signal fires;
 * `LOCKED BUSY` while others settle or resume runs
 * @example
 * ```ts
 * import { combine, openStore, putExecution } from '@stepwell/core';
 * import { pruneRecords } from '@stepwell/monitor';
 * import { memoryLogs, memoryRecords } from '@stepwell/testkit';
 *
 * const store = await openStore(combine({ records: memoryRecords(), logs: memoryLogs() }));
 * await store.write([putExecution({ id: 'old', name: 'nightly', createdAt: 0, status: 'completed', completedAt: 1 })]);
 * const { measures } = await pruneRecords(store, { days: 30 });
 * console.log(measures.map(({ name, value }) => `${name} ${value}`)); // [ 'pruned.executions 1', 'pruned.artifacts 0' ]
 * await store.close();
 * ```
 */
export async function pruneRecords(
  store: RecordingStore,
  options: RetentionOptions = {},
): Promise<MaintenanceReport> {
  isStore(store, 'store');
  const { days = 30, now = Date.now, signal } = checkOptions<RetentionOptions>(options, shape);
  const at = now();
  const executions = await prunePages(store, 'execution', signal, async (view, after, logs) => {
    return await expiredExecutions(view, logs, after, days, at);
  });
  const artifacts = await prunePages(store, 'artifact', signal, async (view, after) => {
    return await expiredArtifacts(view, after, at);
  });
  return {
    performed: true,
    measures: [
      {
        name: 'pruned.executions',
        unit: 'count',
        value: executions,
        meaning: 'Executions that were removed, with their steps and artifacts.',
      },
      {
        name: 'pruned.artifacts',
        unit: 'count',
        value: artifacts,
        meaning: 'Artifacts that were removed by days of their own.',
      },
    ],
    problems: [],
  };
}

async function prunePages(
  store: RecordingStore,
  kind: 'execution' | 'artifact',
  signal: AbortSignal | undefined,
  look: (view: RecordView, after: RecordQuery['after'], logs: LogView | undefined) => Promise<Page>,
): Promise<number> {
  let removed = 0;
  let after: RecordQuery['after'];
  do {
    if (signal?.aborted) throw new StoreError('ABORTED', 'pruning was aborted', { cause: signal.reason });
    // Whoever resumes an interrupted execution holds this lock: what was seen as ended has ended.
    const page = await withRecoveryLock(store.locks, async () => {
      const found = await store.withSnapshot(
        async ({ view }) => await look(recordsIn(view), after, logsOf(view)),
      );
      if (found.ids.length > 0)
        await store.write([...found.ids.map((id) => remove(kind, id)), ...found.prunes]);
      return found;
    });
    removed += page.ids.length;
    after = page.last;
  } while (after !== undefined);
  return removed;
}

function recordsIn(view: unknown): RecordView {
  const records = recordsOf(view);
  if (records !== undefined) return records;
  throw new StoreError(
    'NOT_SUPPORTED',
    'pruneRecords needs a store of executions and artifacts; this one holds something else',
  );
}

async function expiredExecutions(
  view: RecordView,
  logs: LogView | undefined,
  after: RecordQuery['after'],
  days: number,
  at: number,
): Promise<Page> {
  const ids: string[] = [];
  const prunes: PruneLinesOp[] = [];
  let last: RecordQuery['after'];
  for await (const execution of view.list('execution', { ...ended, after, limit: pageSize })) {
    last = execution;
    if (executionExpiry(execution, days) >= at || (await isHeld(view, execution.id, at))) continue;
    ids.push(execution.id);
    if (logs !== undefined)
      for await (const stream of streamsOf(view, logs, execution.id)) prunes.push(pruneLines(stream));
  }
  return { ids, prunes, last };
}

/** The streams that hold lines of an execution: the recorder names them by it and by its steps. */
async function* streamsOf(view: RecordView, logs: LogView, executionId: string): AsyncGenerator<string> {
  if ((await logs.info(executionId)) !== undefined) yield executionId;
  for await (const { id } of view.list('step', { executionId })) {
    if ((await logs.info(id)) !== undefined) yield id;
  }
}

async function isHeld(view: RecordView, executionId: string, at: number): Promise<boolean> {
  for await (const artifact of view.list('artifact', { executionId })) {
    if ((artifactExpiry(artifact) ?? -Infinity) >= at) return true;
  }
  return false;
}

async function expiredArtifacts(view: RecordView, after: RecordQuery['after'], at: number): Promise<Page> {
  const ids: string[] = [];
  let last: RecordQuery['after'];
  for await (const artifact of view.list('artifact', { after, limit: pageSize })) {
    last = artifact;
    if ((artifactExpiry(artifact) ?? Infinity) < at) ids.push(artifact.id);
  }
  return { ids, prunes: [], last };
}

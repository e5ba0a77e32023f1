import { dirname, join, resolve } from 'node:path';
import {
  abortSignal,
  type CombinedView,
  callback,
  checkOptions,
  filePath,
  flag,
  fromSystemError,
  listOf,
  logText,
  type OptionShape,
  type RecordView,
  StoreError,
  text,
} from '@stepwell/core';
import { nodeFileSystem } from '@stepwell/log-writer';
import { fileNameOf } from './file-name-of.ts';
import { makeDurableDirectory } from './make-durable-directory.ts';
import { publishFile } from './publish-file.ts';

export interface ExportLogsOptions {
  /** Ids of the executions whose logs to write. Default all, and the logs that belong to none. */
  readonly executions?: readonly string[];
  /** Begins each line with when it was written: `[2025-08-01T00:00:00.000Z] `. Default false: the bytes as they were. */
  readonly timestamps?: boolean;
  /** Replaces files that are there already. Default false: they are refused. */
  readonly overwrite?: boolean;
  /** Ends it: `ABORTED`. Files that are complete stay. */
  readonly signal?: AbortSignal;
  /** Told of each file when it is there. */
  readonly onFile?: (file: ExportedLog) => void;
}

export interface ExportedLog {
  /** Absolute path. */
  readonly path: string;
  readonly stream: string;
  readonly executionId: string | null;
  /** `null` for what an execution logged outside of its steps. */
  readonly stepId: string | null;
  readonly bytes: number;
  /** S2: lines that a power cut took. Where they are missing, a line of the file says so. */
  readonly lostLines: number;
}

export interface ExportReport {
  readonly files: number;
  readonly bytes: number;
  /** More than 0: a file is not, byte for byte, what was logged. */
  readonly lostLines: number;
}

const shape: OptionShape<ExportLogsOptions> = {
  executions: listOf(text),
  timestamps: flag,
  overwrite: flag,
  signal: abortSignal,
  onFile: callback,
};

/**
 * Writes logs as plain text, as a snapshot shows them, one file for each:
 *
 * ```
 * executions/<execution>/execution.log             what was logged outside of steps
 * executions/<execution>/step_<index>_<step>.log
 * streams/<stream>.log                             what belongs to no execution
 * ```
 *
 * A plain id, such as a UUID, stands there as it is; of any other what is readable, and a hash. A log without lines makes no
 * file. Each file is there whole or not at all, also after a power cut, and replaces nothing unless that is asked for. One
 * chunk is held at a time (S10). What takes long needs a snapshot that lives long: `snapshotDeadline`.
 *
 * @throws `NOT_FOUND` for an execution that does not exist, before anything is written; `INVALID_ARGUMENT` for a file that
 * is there already, with its `path` in `details`; `ABORTED SNAPSHOT_EXPIRED CORRUPT NO_SPACE READ_ONLY IO`
 *
 * @example
 * ```ts
 * import { exportLogs, open } from 'stepwell';
 *
 * const { recorder, store, close } = await open('.stepwell');
 * await recorder.execution('nightly', (execution) => execution.log('hello'));
 * const { files, lostLines } = await store.withSnapshot(({ view }) => exportLogs(view, 'logs-of-tonight'));
 * console.log(files, lostLines); // 1 0
 * await close();
 * ```
 */
export async function exportLogs(
  view: CombinedView<RecordView>,
  directory: string,
  options: ExportLogsOptions = {},
): Promise<ExportReport> {
  const given = checkOptions<ExportLogsOptions>(options, shape);
  const root = resolve(filePath(directory, 'directory'));
  for (const id of given.executions ?? []) {
    if ((await view.records.get('execution', id)) === undefined)
      throw new StoreError('NOT_FOUND', `there is no execution ${JSON.stringify(id)}`, { details: { id } });
  }
  const report = { files: 0, bytes: 0, lostLines: 0 };
  /** The directory of the last file: its entries survive power loss before another one is begun. */
  let unsynced: string | undefined;
  try {
    for await (const place of placesOf(view, given.executions)) {
      const path = join(root, place.path);
      const file = await exportLog(view, { ...place, path }, given);
      if (file === undefined) continue;
      if (unsynced !== undefined && unsynced !== dirname(path)) await nodeFileSystem.fsyncDirectory(unsynced);
      unsynced = dirname(path);
      report.files += 1;
      report.bytes += file.bytes;
      report.lostLines += file.lostLines;
      given.onFile?.(file);
    }
    if (unsynced !== undefined) await nodeFileSystem.fsyncDirectory(unsynced);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw fromSystemError(error, `logs cannot be written to ${root}`);
    throw error;
  }
  return report;
}

type Place = Pick<ExportedLog, 'path' | 'stream' | 'executionId' | 'stepId'>;

async function* placesOf(
  { records, logs }: CombinedView<RecordView>,
  ids: readonly string[] | undefined,
): AsyncGenerator<Place> {
  for await (const { id } of records.list('execution', { order: 'oldest', ids })) {
    const within = join('executions', fileNameOf(id));
    yield { path: join(within, 'execution.log'), stream: id, executionId: id, stepId: null };
    for await (const step of records.list('step', { executionId: id })) {
      const path = join(within, `step_${step.index}_${fileNameOf(step.id)}.log`);
      yield { path, stream: step.id, executionId: id, stepId: step.id };
    }
  }
  if (ids !== undefined) return;
  for await (const stream of logs.streams()) {
    if ((await records.get('step', stream)) ?? (await records.get('execution', stream))) continue;
    yield { path: join('streams', `${fileNameOf(stream)}.log`), stream, executionId: null, stepId: null };
  }
}

/** `undefined` when there is nothing to write. */
async function exportLog(
  { logs }: CombinedView<RecordView>,
  place: Place,
  { timestamps = false, overwrite = false, signal }: ExportLogsOptions,
): Promise<ExportedLog | undefined> {
  checkSignal(signal);
  const info = await logs.info(place.stream);
  if (info === undefined || info.first > info.lines) return undefined;
  let lostLines = 0;
  const onLost = ({ from, to }: { readonly from: number; readonly to: number }): void => {
    lostLines += to - from + 1;
  };
  await makeDurableDirectory(dirname(place.path));
  const chunks = untilAborted(logText(logs, place.stream, { timestamps, onLost }), signal);
  const bytes = await publishFile(place.path, chunks, { overwrite });
  return bytes === 0 ? undefined : { ...place, bytes, lostLines };
}

async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    checkSignal(signal);
    yield chunk;
  }
}

function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new StoreError('ABORTED', 'the export was aborted; files that are complete stay', {
      cause: signal.reason,
    });
}

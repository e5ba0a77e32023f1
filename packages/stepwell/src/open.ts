import { type ArtifactStore, fileArtifacts } from '@stepwell/artifact-store';
import {
  checkOptions,
  combine,
  createRecorder,
  defaults,
  openStore,
  type Recorder,
  type RecordingStore,
  refuseHardLinks,
  settleInterrupted,
} from '@stepwell/core';
import { checkDirectory } from './check-directory.ts';
import { collectingContents } from './collect-contents.ts';
import { driversOf, networkFilesOf } from './drivers.ts';
import { locateStore } from './locate-store.ts';
import { lostRecords, refuseLostRecords } from './lost-records.ts';
import { type OpenOptions, openOptionShape } from './open-options.ts';

/** A store that is open for recording. */
export interface Stepwell extends AsyncDisposable {
  /** Absolute path. */
  readonly directory: string;
  /**
   * Snapshots, writes and maintenance: everything that core offers. Its `maintenance.collect` frees contents of
   * artifacts that no record names, an hour after they were put last, and once they have been without a name for as long
   * as a snapshot may live, so not at the first call.
   */
  readonly store: RecordingStore;
  readonly recorder: Recorder;
  readonly artifacts: ArtifactStore;
  /** Ids of the executions that this open found dead and marked `interrupted`. */
  readonly interrupted: readonly string[];
  /**
   * Commits what waits and lets go of everything. Artifacts that are on their way have `artifacts.closeWait` (5 s) to
   * arrive; then they are `ABORTED`. Idempotent.
   */
  close(): Promise<void>;
}

/**
 * Opens, or makes, the store in `directory`: records in SQLite, logs and artifacts in files, as one store with one
 * snapshot. Recovers what a crash left (S7).
 *
 * @throws `INVALID_ARGUMENT` for an option that does not exist or a value that it cannot have, before anything is
 * touched; `LOCKED` when another process has it open exclusively, with the holder in `details`; `CORRUPT` when the
 * directory has lines and no records, or what is there is damaged; `READ_ONLY SCHEMA_TOO_NEW NO_SPACE IO`
 *
 * @example
 * ```ts
 * import { open } from 'stepwell';
 *
 * const { recorder, close } = await open('.stepwell');
 * await recorder.execution('nightly', async (execution) => {
 *   await execution.step('compile', async (step) => {
 *     await step.log('cc -c main.c');
 *   });
 * });
 * await close();
 * ```
 */
export async function open(directory: string, options: OpenOptions = {}): Promise<Stepwell> {
  const path = checkDirectory(directory);
  const {
    records,
    logs,
    recorder: recorderOptions,
    artifacts: artifactOptions,
    interrupted = 'settle',
    ...storeOptions
  } = checkOptions<OpenOptions>(options, openOptionShape);
  const clock = storeOptions.now && { now: storeOptions.now };
  const layout = locateStore(path);
  refuseHardLinks(layout.records);
  const isMade = refuseLostRecords(layout);
  const { busyWait } = storeOptions;
  const drivers = driversOf(layout, { records, logs, busyWait, create: !isMade });
  const artifacts = fileArtifacts(layout.artifacts, {
    ...artifactOptions,
    ...networkFilesOf(records),
    ...clock,
  });
  // Readers in other processes have deadlines of their own, by default this one.
  const unnamedFor = Math.max(storeOptions.snapshotDeadline ?? 0, defaults.snapshotDeadline);
  const driver = collectingContents(combine(drivers), artifacts, unnamedFor);
  const store = await openStore(driver, storeOptions).catch((error: unknown) => {
    throw isMade ? lostRecords(layout, error) : error;
  });
  const recorder = createRecorder(store, { ...recorderOptions, ...clock, contents: artifacts });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing ??= closeAll(recorder, store, artifacts);
    await closing;
  };
  try {
    const settled = interrupted === 'settle' ? (await settleInterrupted(store)).interrupted : [];
    // Without telling what to keep, this takes away only what dead processes left half-written (S7).
    await artifacts.collect();
    return {
      directory: path,
      store,
      recorder,
      artifacts,
      interrupted: settled,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    // The failure to open says why; that it could not close either adds nothing.
    await close().catch(() => undefined);
    throw error;
  }
}

/** Artifacts first, since those that arrive are recorded. Each lets go, even when one before it failed. */
async function closeAll(recorder: Recorder, store: RecordingStore, artifacts: ArtifactStore): Promise<void> {
  try {
    await artifacts.close();
  } finally {
    try {
      await recorder.flush();
    } finally {
      await store.close();
    }
  }
}

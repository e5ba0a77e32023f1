import { type ArtifactStore, fileArtifacts } from '@stepwell/artifact-store';
import {
  combine,
  createRecorder,
  openStore,
  type Recorder,
  type RecorderOptions,
  type RecordingStore,
  type StoreOptions,
  settleInterrupted,
} from '@stepwell/core';
import { checkDirectory } from './check-directory.ts';
import { driversOf } from './drivers.ts';
import { layoutOf } from './layout.ts';

export interface OpenOptions extends StoreOptions {
  readonly recorder?: Omit<RecorderOptions, 'contents' | 'now'>;
  /**
   * S7: what to do with runs whose recording process is gone. `'settle'` (default) marks them `interrupted`;
   * `'leave'` leaves them, for a queue that looks for runs to resume first.
   */
  readonly interrupted?: 'settle' | 'leave';
}

/** A store that is open for recording. */
export interface Stepwell extends AsyncDisposable {
  /** Absolute path. */
  readonly directory: string;
  /** Snapshots, writes and maintenance: everything that core offers. */
  readonly store: RecordingStore;
  readonly recorder: Recorder;
  readonly artifacts: ArtifactStore;
  /** Ids of the executions that this open found dead and marked `interrupted`. */
  readonly interrupted: readonly string[];
  /** Commits what waits and lets go of everything. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens, or makes, the store in `directory`: records in SQLite, logs and artifacts in files, as one store with one
 * snapshot. Recovers what a crash left (S7).
 *
 * @throws `LOCKED` when another process has it open exclusively, with the holder in `details`; `READ_ONLY CORRUPT
 * SCHEMA_TOO_NEW NO_SPACE IO INVALID_ARGUMENT`
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { open } from 'stepwell';
 *
 * const directory = await mkdtemp(join(tmpdir(), 'stepwell-example-'));
 * const stepwell = await open(directory);
 * await stepwell.recorder.execution('nightly', async (execution) => {
 *   await execution.step('compile', async (step) => {
 *     step.log('cc -c main.c');
 *   });
 * });
 * await stepwell.close();
 * await rm(directory, { recursive: true });
 * ```
 */
export async function open(directory: string, options: OpenOptions = {}): Promise<Stepwell> {
  const { recorder: recorderOptions = {}, interrupted = 'settle', ...storeOptions } = options;
  const path = checkDirectory(directory);
  const layout = layoutOf(path);
  const store = await openStore(combine(driversOf(layout)), storeOptions);
  const artifacts = fileArtifacts(layout.artifacts);
  try {
    const settled = interrupted === 'settle' ? (await settleInterrupted(store)).interrupted : [];
    // Without telling what to keep, this takes away only what dead processes left half-written (S7).
    await artifacts.collect();
    const recorder = createRecorder(store, {
      ...recorderOptions,
      ...(storeOptions.now && { now: storeOptions.now }),
      contents: artifacts,
    });
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      closing ??= closeAll(recorder, store, artifacts);
      await closing;
    };
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
    await store.close();
    await artifacts.close();
    throw error;
  }
}

/** Each lets go, even when one before it failed. */
async function closeAll(recorder: Recorder, store: RecordingStore, artifacts: ArtifactStore): Promise<void> {
  try {
    await recorder.flush();
  } finally {
    try {
      await store.close();
    } finally {
      await artifacts.close();
    }
  }
}

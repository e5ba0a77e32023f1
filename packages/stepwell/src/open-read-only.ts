import { type ArtifactStore, fileArtifacts } from '@stepwell/artifact-store';
import { combine, openReader, type ReaderOptions, type RecordingReader } from '@stepwell/core';
import { checkDirectory } from './check-directory.ts';
import { driversOf } from './drivers.ts';
import { layoutOf } from './layout.ts';

/** A store that is open for reading only. */
export interface ReadOnlyStepwell extends AsyncDisposable {
  /** Absolute path. */
  readonly directory: string;
  readonly store: RecordingReader;
  readonly artifacts: Pick<ArtifactStore, 'read' | 'has'>;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * S6: opens the store in `directory` for reading: beside a writer, any number of times, in any process, changing
 * nothing.
 * @throws `NOT_FOUND` when there is no store; `CORRUPT SCHEMA_TOO_NEW IO INVALID_ARGUMENT`
 */
export async function openReadOnly(
  directory: string,
  options: ReaderOptions = {},
): Promise<ReadOnlyStepwell> {
  const path = checkDirectory(directory);
  const layout = layoutOf(path);
  const store = await openReader(combine(driversOf(layout)), options);
  const artifacts = fileArtifacts(layout.artifacts);
  const close = async (): Promise<void> => {
    try {
      await store.close();
    } finally {
      await artifacts.close();
    }
  };
  return { directory: path, store, artifacts, close, [Symbol.asyncDispose]: close };
}

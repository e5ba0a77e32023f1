import { type ArtifactStore, fileArtifacts } from '@stepwell/artifact-store';
import {
  checkOptions,
  combine,
  isStoreError,
  openReader,
  type RecordingReader,
  StoreError,
} from '@stepwell/core';
import { checkDirectory } from './check-directory.ts';
import { driversOf } from './drivers.ts';
import { locateStore } from './locate-store.ts';
import { holdsRecords, lostRecords, refuseLostRecords } from './lost-records.ts';
import { type ReadOnlyOptions, readOnlyOptionShape } from './open-options.ts';

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
 * @throws `NOT_FOUND` when there is no store; `CORRUPT` when it has lines and no records, or is damaged;
 * `INVALID_ARGUMENT SCHEMA_TOO_NEW IO`
 *
 * @example
 * ```ts
 * import { open, openReadOnly } from 'stepwell';
 *
 * await (await open('.stepwell')).close(); // there is a store now
 *
 * const { store, close } = await openReadOnly('.stepwell');
 * await store.withSnapshot(async ({ view, epoch }) => {
 *   console.log('as of commit', epoch, await view.records.count('execution'));
 * });
 * await close();
 * ```
 */
export async function openReadOnly(
  directory: string,
  options: ReadOnlyOptions = {},
): Promise<ReadOnlyStepwell> {
  const path = checkDirectory(directory);
  const { records, ...readerOptions } = checkOptions<ReadOnlyOptions>(options, readOnlyOptionShape);
  const layout = locateStore(path);
  const isMade = refuseLostRecords(layout);
  if (!holdsRecords(layout)) throw noStore(path);
  const drivers = combine(driversOf(layout, { records }));
  const store = await openReader(drivers, readerOptions).catch((error: unknown) => {
    const reason = isMade ? lostRecords(layout, error) : error;
    // Somebody may be making the store: its records are there before its logs.
    throw isStoreError(reason, 'NOT_FOUND') ? noStore(path, reason) : reason;
  });
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

function noStore(path: string, cause?: StoreError): StoreError {
  return new StoreError('NOT_FOUND', `there is no store in ${path}`, { cause, details: { path } });
}

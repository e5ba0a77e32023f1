import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Driver,
  filePath,
  having,
  type LockProvider,
  type OptionShape,
  StoreError,
} from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import type { Model } from './model.ts';
import { defaultSettings, type SqliteSettings, sqliteSettingsShape } from './settings.ts';
import { SqliteStoreDriver } from './sqlite-store-driver.ts';

export interface DriverOptions extends SqliteSettings {
  readonly path: string;
  readonly locks?: LockProvider;
}

/** What the options of every driver of this package may be. */
export const driverOptionShape: OptionShape<DriverOptions> = {
  ...sqliteSettingsShape,
  path: filePath,
  locks: having<LockProvider>('acquire', 'isHeld', 'close'),
};

/**
 * Makes the driver of a model; the options are checked already.
 * @throws `INVALID_ARGUMENT` for a database in memory; `NOT_SUPPORTED` beside a second copy of SQLite
 */
export function makeDriver<View, Op>(
  model: Model<View, Op>,
  { path: given, locks: theirs, ...said }: DriverOptions,
): Driver<View, Op> {
  const path = followLinks(checkPath(given));
  const settings = { ...defaultSettings, ...said };
  const { networkFiles } = settings;
  const locks = theirs ?? fileLocks(`${path}-locks`, { networkFiles });
  return new SqliteStoreDriver(model, { path, settings, locks });
}

/** One database has one set of locks, whatever links lead to it (S5). Opens nothing. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet: `open` makes it, or says why it cannot be.
    return path;
  }
}

function checkPath(path: string | undefined): string {
  if (path === undefined) throw new StoreError('INVALID_ARGUMENT', 'options.path must name a file');
  // SQLite takes these for databases in memory, or for options: none can be opened twice, as snapshots have to.
  if (path === ':memory:' || path.startsWith('file:')) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `${path} cannot hold snapshots; for records in memory use memoryRecords() of @stepwell/testkit`,
    );
  }
  return resolve(path);
}

import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Driver, type LockProvider, StoreError } from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import type { Model } from './model.ts';
import { resolveSettings, type SqliteSettings } from './settings.ts';
import { SqliteStoreDriver } from './sqlite-store-driver.ts';

export interface DriverOptions extends SqliteSettings {
  readonly path: string;
  readonly locks?: LockProvider;
}

/** @throws `INVALID_ARGUMENT`; `NOT_SUPPORTED` beside a second copy of SQLite */
export function makeDriver<View, Op>(model: Model<View, Op>, options: DriverOptions): Driver<View, Op> {
  const path = followLinks(checkPath(options.path));
  const settings = resolveSettings(options);
  const { networkFiles } = settings;
  const locks = options.locks ?? fileLocks(`${path}-locks`, { networkFiles });
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

function checkPath(path: unknown): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new StoreError('INVALID_ARGUMENT', `path must name a file, not ${JSON.stringify(path)}`);
  }
  // SQLite takes these for databases in memory, or for options: none can be opened twice, as snapshots have to.
  if (path === ':memory:' || path.startsWith('file:')) {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `${path} cannot hold snapshots; for records in memory use memoryRecords() of @stepwell/testkit`,
    );
  }
  return resolve(path);
}

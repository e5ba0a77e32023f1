import { statSync } from 'node:fs';
import { StoreError } from '../errors/store-error.ts';
import { fromSystemError } from '../errors/system-error.ts';

/**
 * Refuses a database that has more than one name. SQLite finds the write-ahead log by the name of the database, and so
 * do we the locks: each name has commits and holders that the other does not know of, and data is lost in the end.
 * A file that is not there yet is fine. Opens no descriptor.
 *
 * @throws `NOT_SUPPORTED` with the number of `links` in `details`; `INVALID_ARGUMENT IO` when `path` cannot be looked at
 *
 * @example
 * ```ts
 * import { refuseHardLinks } from '@stepwell/core';
 *
 * refuseHardLinks('.stepwell/records.db');
 * ```
 */
export function refuseHardLinks(path: string): void {
  const links = linksOf(path);
  // Some file systems do not count, and say 0.
  if (links <= 1) return;
  throw new StoreError(
    'NOT_SUPPORTED',
    `${path} has ${links} names (hard links), which SQLite cannot tell to be one: ` +
      'remove the other names, or make a copy and open that',
    { details: { path, links } },
  );
}

function linksOf(path: string): number {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    // A directory has one for each in it; what is no file is refused by whoever opens it.
    return found?.isFile() === true ? found.nlink : 0;
  } catch (error) {
    throw fromSystemError(error, `cannot look at ${path}`, { reading: true });
  }
}

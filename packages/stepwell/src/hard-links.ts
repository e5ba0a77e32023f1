import { statSync } from 'node:fs';
import { fromSystemError, StoreError } from '@stepwell/core';
import type { Layout } from './layout.ts';

/**
 * Refuses records that have more than one name. SQLite finds the write-ahead log by the name of the database, so that
 * each name has commits which the other does not know of, and both are lost in the end.
 *
 * @throws `NOT_SUPPORTED IO`
 */
export function refuseHardLinks({ records }: Layout): void {
  const links = linksOf(records);
  if (links === 1) return;
  throw new StoreError(
    'NOT_SUPPORTED',
    `${records} has ${links} names (hard links), which SQLite cannot tell to be one; make a copy of it instead`,
    { details: { file: records, links } },
  );
}

function linksOf(path: string): number {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    // What is no file is refused by SQLite.
    return found?.isFile() === true ? found.nlink : 1;
  } catch (error) {
    throw fromSystemError(error, `cannot look at ${path}`, { reading: true });
  }
}

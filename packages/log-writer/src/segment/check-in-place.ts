import { StoreError } from '@stepwell/core';
import type { FileIdentity, FileSystem } from '../file-system/file-system.ts';

/**
 * The system goes on writing to a file that was deleted, or replaced by another of its name: what is written there
 * nobody finds again.
 * @throws `POISONED` when `path` does not lead to the file that is `known`
 */
export function checkInPlace(fs: FileSystem, path: string, known: FileIdentity | undefined): void {
  // Windows does not let open files be taken away, and not every file system has inodes.
  if (known?.inode === 0) return;
  let cause: unknown;
  try {
    const found = fs.identify(path);
    if (found !== undefined && found.inode === known?.inode && found.device === known.device) return;
  } catch (error) {
    cause = error;
  }
  throw new StoreError(
    'POISONED',
    `${path} was deleted or replaced while it was open: what is written now would be lost; ` +
      'open the logs again to go on with what is there',
    { ...(cause !== undefined && { cause }), details: { path } },
  );
}

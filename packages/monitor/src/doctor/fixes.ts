import type { ErrorCode } from '@stepwell/core';

/** What to do about a store that cannot be read, by the code it fails with. */
const fixes: Partial<Record<ErrorCode, string>> = {
  CORRUPT:
    'Stop every writer and copy the directory. `stepwell repair`, or `await repairStore(directory)`, mends logs; damaged records come back from a backup.',
  BUSY: 'Find what keeps the store or this process busy; `health()` shows the event loop. Then ask again.',
  NOT_OPEN: 'Open the store again, and make a monitor for the new handle.',
  POISONED: 'Close the store and open it again: opening recovers what the failed write left.',
  SCHEMA_TOO_NEW:
    'Upgrade the packages of Stepwell in this process to those of the process that wrote the store.',
  NO_SPACE: 'Free space on the disk, or raise the quota.',
  READ_ONLY: 'Let this user write to the directory, or copy the store to where it may be written.',
  NOT_FOUND: 'The files of the store are gone: restore a backup, or open a new store.',
};

export function fixFor(code: ErrorCode): string {
  return (
    fixes[code] ??
    'Check that the disk is mounted, that this user may read the directory, and the log of the system.'
  );
}

import type { StoreError } from '@stepwell/core';

/** What can be done about an error of the store, where that does not follow from its message. */
export function cureOf({ code }: StoreError): string | undefined {
  switch (code) {
    case 'LOCKED':
    case 'BUSY':
      return 'Wait until it has finished, or use another store: --store DIR.';
    case 'NOT_FOUND':
      return 'Record something first: stepwell run -- <command>. Or name the store: --store DIR.';
    case 'SCHEMA_TOO_NEW':
      return 'Update stepwell, or use another store: --store DIR. Nothing was changed.';
    case 'CORRUPT':
      return 'Nothing was changed. Keep a copy of the directory; if its logs are damaged, stepwell repair mends them. Use another store meanwhile: --store DIR.';
    case 'NO_SPACE':
      return 'Free some space, or use a store on another disk: --store DIR.';
    case 'READ_ONLY':
      return 'Use a store in a directory that you may write: --store DIR.';
    default:
      return undefined;
  }
}

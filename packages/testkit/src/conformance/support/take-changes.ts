import assert from 'node:assert/strict';
import type { Change, Cursor, Reader } from '@stepwell/core';

/** The next `count` changes after `since`, which are there already. */
export async function takeChanges(store: Reader<unknown>, since: Cursor, count: number): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const change of store.changes({ since })) {
    changes.push(change);
    if (changes.length === count) return changes;
  }
  assert.fail(`the changes ended after ${changes.length} of ${count}`);
}

import assert from 'node:assert/strict';
import type { Change, Cursor, Reader } from '@stepwell/core';

/** How long a change that was committed before may take to come, in milliseconds: a follower would wait for ever. */
const patience = 5_000;

/** The next `count` changes after `since`, all of which are committed already. */
export async function takeChanges(store: Reader<unknown>, since: Cursor, count: number): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const change of store.changes({ since, signal: AbortSignal.timeout(patience) })) {
    changes.push(change);
    if (changes.length === count) return changes;
  }
  assert.fail(`${changes.length} of ${count} changes after ${since} came within ${patience} ms`);
}

import type { Reader } from '@stepwell/core';
import { recordsOf } from '../measure/records-of.ts';

/** S7: executions that are stored as going on although the process that recorded them is gone. */
export interface DeadRuns {
  readonly count: number;
  /** The newest of them, ten at most. */
  readonly ids: readonly string[];
}

const named = 10;

/** Only the kernel says who is dead; an execution that nobody has taken up yet has no session, and waits. */
export async function findDeadRuns(store: Reader<unknown>): Promise<DeadRuns> {
  return await store.withSnapshot(async (snapshot) => {
    const ids: string[] = [];
    let count = 0;
    const open = recordsOf(snapshot.view)?.list('execution', { status: ['pending', 'running'] }) ?? [];
    for await (const { id, session } of open) {
      if (session === null || (await snapshot.isLive(session))) continue;
      count += 1;
      if (ids.length < named) ids.push(id);
    }
    return { count, ids };
  });
}

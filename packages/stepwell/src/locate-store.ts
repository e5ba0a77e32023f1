import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromSystemError } from '@stepwell/core';
import { type Layout, layoutOf } from './layout.ts';
import { realPath } from './real-path.ts';

/**
 * Where the parts of the store in `directory` are. A store is where its records are, whatever links lead to them: whoever
 * opens the same records meets at the same lock (S5).
 *
 * @throws `NOT_FOUND` when the records are a link that leads nowhere; `IO`
 */
export function locateStore(directory: string): Layout {
  const layout = layoutOf(directory);
  try {
    const records = realPath(layout.records);
    if (records === undefined) return layout;
    const there = layoutOf(dirname(records));
    if (records === there.records && isStoreOf(layout, there)) return there;
    const besides = records === there.records ? there.locks : `${records}-locks`;
    return { ...layout, locks: besides };
  } catch (error) {
    throw fromSystemError(error, `cannot look at ${layout.records}`, { reading: true });
  }
}

/** Whether all that `layout` has of its own are links to the store `there`, or both are the same to begin with. */
function isStoreOf(layout: Layout, there: Layout): boolean {
  const logs = realPath(layout.logs);
  return logs === undefined
    ? statSync(there.logs, { throwIfNoEntry: false }) !== undefined
    : logs === realPath(there.logs);
}

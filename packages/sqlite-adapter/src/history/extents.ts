import type { Epoch } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';

const extentsSql =
  'SELECT extents FROM stepwell_commits WHERE epoch > ? AND extents IS NOT NULL ORDER BY epoch';

/** The last line of each stream that was appended to after `since`: what the later commit says holds. */
export function readExtents(connection: Connection, since: Epoch): Readonly<Record<string, number>> {
  // A map, since a stream may bear the name of something that every object inherits.
  const merged = new Map<string, number>();
  for (const [extents] of connection.tuples.get(extentsSql).all([since]) as [string][]) {
    for (const [stream, last] of Object.entries(JSON.parse(extents) as Record<string, number>)) {
      merged.set(stream, Math.max(merged.get(stream) ?? 0, last));
    }
  }
  return Object.fromEntries(merged);
}

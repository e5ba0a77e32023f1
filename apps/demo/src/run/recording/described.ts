import type { JsonObject, Step } from '@stepwell/core';
import type { Parameters } from '../../markers/marker.ts';
import { parseDuration } from '../parse-duration.ts';

/** Keys of metadata that one run or step may have: `META` in an endless loop must not grow a record for ever. */
const maxKeys = 1000;

/** What a `META` marker changes in the open step: its metadata, and what two of the keys say beside that (SF-74). */
export function describedStep(
  metadata: Parameters,
): Partial<Pick<Step, 'description' | 'estimatedDuration' | 'metadata'>> {
  const changes: { metadata: JsonObject; description?: string; estimatedDuration?: number } = { metadata };
  for (const [key, value] of Object.entries(metadata)) {
    if (key.toLowerCase() === 'description') changes.description = String(value);
    if (key.toLowerCase() !== 'estimated_duration') continue;
    const estimatedDuration = parseDuration(String(value));
    if (estimatedDuration !== undefined) changes.estimatedDuration = estimatedDuration;
  }
  return changes;
}

/** Whether a record with this metadata has room for these keys. */
export function hasRoomFor(added: Parameters, metadata: JsonObject): boolean {
  const fresh = Object.keys(added).filter((key) => !Object.hasOwn(metadata, key)).length;
  return fresh === 0 || Object.keys(metadata).length + fresh <= maxKeys;
}

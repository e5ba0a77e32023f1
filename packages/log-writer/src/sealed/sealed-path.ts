import { join } from 'node:path';
import { segmentName } from '../format/segment-name.ts';

/** Where a sealed segment is. */
export function sealedPath(directory: string, id: number): string {
  return join(directory, segmentName({ id, kind: 'sealed' }));
}

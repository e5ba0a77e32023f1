import { lstatSync, realpathSync, statSync } from 'node:fs';
import { StoreError } from '@stepwell/core';

/**
 * Where a path leads; undefined when nothing is there.
 * @throws `NOT_FOUND` for a link to what is not there: what is made in its place would not be found by another link to it
 */
export function realPath(path: string): string | undefined {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
  throw new StoreError('NOT_FOUND', `${path} is a link to what is not there`, { details: { path } });
}

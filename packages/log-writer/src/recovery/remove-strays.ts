import { join } from 'node:path';
import { fromSystemError } from '@stepwell/core';
import type { FileSystem } from '../file-system/file-system.ts';
import type { Manifest } from '../format/manifest.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { readSegmentName, type SegmentKind, segmentName } from '../format/segment-name.ts';
import { corrupt } from '../segment/corrupt.ts';
import { fileSize } from '../segment/file-size.ts';

/**
 * Deletes files that the manifest does not name: segments that were dropped, what a compaction left that died, and the
 * segment that a writer was about to begin when it died. One that holds frames and was never named is no stray: it is what
 * a wrong manifest misses. Retired ones are named; they are for collection, which knows who reads them.
 * @param spared kinds of which somebody may be making one right now, with an id of its own below the next
 * @throws `CORRUPT IO`
 */
export function removeStrays(
  fs: FileSystem,
  directory: string,
  manifest: Manifest | undefined,
  spared: readonly SegmentKind[] = [],
): void {
  const named = new Set([...(manifest?.segments ?? []), ...(manifest?.retired ?? [])].map(segmentName));
  for (const name of list(fs, directory)) {
    const found = readSegmentName(name);
    if (found === undefined || named.has(name) || spared.includes(found.kind)) continue;
    const path = join(directory, name);
    try {
      const dropped = manifest !== undefined && found.id < manifest.nextSegment;
      if (dropped || fileSize(fs, path) <= segmentHeaderBytes) fs.unlink(path);
      else throw corrupt(path, segmentHeaderBytes, 'the segment holds lines, and no manifest names it');
    } catch (error) {
      throw fromSystemError(error, `cannot tidy up ${path}`);
    }
  }
}

/** The path of a segment that holds lines, where there is no manifest; `undefined` without one. @throws `IO` */
export function findOrphan(fs: FileSystem, directory: string): string | undefined {
  try {
    return fs
      .readdir(directory)
      .filter((name) => readSegmentName(name) !== undefined)
      .map((name) => join(directory, name))
      .find((path) => fileSize(fs, path) > segmentHeaderBytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fromSystemError(error, `cannot list ${directory}`, { reading: true });
  }
}

function list(fs: FileSystem, directory: string): readonly string[] {
  try {
    return fs.readdir(directory);
  } catch (error) {
    throw fromSystemError(error, `cannot list ${directory}`, { reading: true });
  }
}

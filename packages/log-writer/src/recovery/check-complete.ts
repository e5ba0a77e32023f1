import { join } from 'node:path';
import type { FileSystem } from '../file-system/file-system.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { readSegmentName, segmentName } from '../format/segment-name.ts';
import { corrupt } from '../segment/corrupt.ts';
import { attempt } from '../segment/file-calls.ts';
import type { LogFiles } from '../segment/log-files.ts';

/**
 * Opening reads one segment only. That the others are there, and as long as they were, is looked up all the same: a log of
 * which a file is gone is refused before anybody relies on it.
 * @throws `CORRUPT IO`
 */
export function checkComplete({ directory, manifest }: LogFiles, fs: FileSystem): void {
  for (const segment of manifest.segments) {
    const path = join(directory, segmentName(segment));
    const bytes = sizeOf(fs, path);
    if (bytes === undefined) throw corrupt(path, 0, 'the manifest names this segment, and it is not there');
    // What is behind the end of the others, if anything, says nothing; verify tells of it.
    if (bytes < segment.bytes)
      throw corrupt(path, bytes, `the file ends where ${segment.bytes} bytes had been synced`);
  }
}

/**
 * For readers; recovery of a writer finds it too. A segment is named before a line is written into it, so one that holds
 * lines and has an id that was never given is what an older manifest misses, which somebody put in the place of the right one.
 * @param lookAgain goes over to the manifest that is on disk now
 * @throws `CORRUPT IO`
 */
export function refuseOlderManifest(files: LogFiles, fs: FileSystem, lookAgain: () => void): void {
  const isUnknown = (name: string): boolean => (readSegmentName(name)?.id ?? 0) >= files.manifest.nextSegment;
  const holdsLines = (name: string): boolean =>
    (sizeOf(fs, join(files.directory, name)) ?? 0) > segmentHeaderBytes;
  const found = fs.readdir(files.directory).filter((name) => isUnknown(name) && holdsLines(name));
  if (found.length === 0) return;
  // A writer may have begun it between the two looks.
  lookAgain();
  const [unnamed] = found.filter(isUnknown);
  if (unnamed === undefined) return;
  const path = join(files.directory, unnamed);
  throw corrupt(path, segmentHeaderBytes, 'the segment holds lines, and the manifest is older than it');
}

/** `undefined` when it is not there. It need not be opened for that. */
function sizeOf(fs: FileSystem, path: string): number | undefined {
  return attempt('cannot tell the size of', path, () => fs.identify(path)?.size, true);
}

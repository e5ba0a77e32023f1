import { dirname } from 'node:path';
import { bootId, fromSystemError, type LockProvider, uuidv7 } from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import type { Manifest } from '../format/manifest.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import type { ManifestFile } from '../segment/manifest-file.ts';
import { SegmentFile } from '../segment/segment-file.ts';
import { makePinFile } from '../view/pin-file.ts';
import { removeStrays } from './remove-strays.ts';

interface Place {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly boot: string | undefined;
}

/** Makes a log where there is none; a death on the way leaves what the next open takes away and begins again. */
export async function createLog(
  { fileSystem: fs, directory, boot = bootId() }: Place,
  locks: LockProvider,
  manifestFile: ManifestFile,
  store: string,
): Promise<Manifest> {
  const manifest: Manifest = {
    generation: 1,
    store,
    lineage: uuidv7(),
    boot,
    nextSegment: 2,
    pins: 0,
    segments: [{ id: 1, kind: 'frames', bytes: segmentHeaderBytes }],
    retired: [],
  };
  try {
    fs.mkdir(directory);
  } catch (error) {
    throw fromSystemError(error, `cannot make the directory ${directory}`);
  }
  removeStrays(fs, directory, undefined);
  (await SegmentFile.create(fs, directory, 1, manifest.store)).close();
  logCrashPoint('log:created');
  try {
    await fs.fsyncDirectory(directory);
    await fs.fsyncDirectory(dirname(directory));
  } catch (error) {
    throw fromSystemError(error, `cannot sync the directory ${directory}`);
  }
  await makePinFile(locks, manifest.pins);
  await manifestFile.replace(undefined, manifest);
  return manifest;
}

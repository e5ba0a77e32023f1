import { join } from 'node:path';
import { fromSystemError } from '@stepwell/core';
import type { OpenLog } from '../driver/open-log.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { segmentName } from '../format/segment-name.ts';
import { removeStrays } from '../recovery/remove-strays.ts';
import type { CompactionHost } from './compaction-host.ts';
import { publish } from './publish.ts';

/** What a compaction asks of a log that is open for writing. */
export function hostOf(log: OpenLog): CompactionHost {
  const { files, fileSystem } = log;
  return {
    get manifest() {
      return files.manifest;
    },
    get activeBytes() {
      return files.end;
    },
    get isActiveEmpty() {
      return files.end === segmentHeaderBytes;
    },
    publish: async (change) => await publish(log, change),
    prunes() {
      const prunes = new Map<string, number>();
      for (const { index, summary } of files.index.framed) {
        if (summary?.prunes === 0) continue;
        for (const [name, through] of index.prunes()) {
          if (through > (prunes.get(name) ?? 0)) prunes.set(name, through);
        }
      }
      return prunes;
    },
    roll: async () => await log.turn(() => log.appender.roll()),
    discard(id) {
      log.adoptManifest();
      const isNamed = files.manifest.segments.some((segment) => segment.id === id);
      if (isNamed) return;
      const path = join(files.directory, segmentName({ id, kind: 'sealed' }));
      try {
        fileSystem.unlink(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          throw fromSystemError(error, `cannot delete ${path}`);
      }
    },
    tidy() {
      log.adoptManifest();
      // Segments of frames are made in a writer's turn; sealed ones only by the holder of the lock, which this is.
      removeStrays(fileSystem, files.directory, files.manifest, ['frames']);
    },
  };
}

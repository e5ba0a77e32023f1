import { isStoreError } from '@stepwell/core';
import type { Manifest } from '../format/manifest.ts';
import { refuseTail } from '../recovery/settle-tail.ts';
import { LogFiles } from '../segment/log-files.ts';
import { scan } from '../view/read-on.ts';
import type { SurveyAsked } from './survey-log.ts';

/**
 * Where the active segment ends, when recovery would bring it there by itself: what a death or a power cut left is no
 * damage. `undefined` when recovery would refuse it, or does not come so far.
 */
export async function findTail(
  { fs, directory, leader, boot }: SurveyAsked,
  manifest: Manifest,
): Promise<number | undefined> {
  const files = new LogFiles(fs, directory, manifest);
  try {
    const stop = await scan(files, () => leader?.mark ?? Number.POSITIVE_INFINITY);
    if (stop.segment !== files.active.id) return undefined;
    refuseTail({ files, rebooted: manifest.boot !== boot, leader }, stop);
    return stop.offset;
  } catch (error) {
    if (isStoreError(error, 'CORRUPT')) return undefined;
    throw error;
  } finally {
    files.close();
  }
}

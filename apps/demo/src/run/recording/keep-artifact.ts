import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isStoreError, type Recorded } from '@stepwell/core';

/**
 * Keeps a file that the command named. Answers why it could not be kept, when the reason is the file: that is for the
 * author of the command to know, and no failure of the run.
 * @throws what keeps anything from being recorded
 */
export async function keepArtifact(
  owner: Recorded,
  cwd: string,
  path: string,
  description: string | null,
): Promise<string | undefined> {
  const absolute = resolve(cwd, path);
  const unfit = await whyUnfit(absolute);
  if (unfit !== undefined) return `ARTIFACT: ${path} was not kept: ${unfit}`;
  try {
    await owner.artifact(absolute, { name: basename(absolute), description });
    return undefined;
  } catch (error) {
    // It may have gone, or become something else, since the look above.
    if (!isStoreError(error, 'NOT_FOUND', 'INVALID_ARGUMENT')) throw error;
    return `ARTIFACT: ${path} was not kept: ${error.message}`;
  }
}

async function whyUnfit(path: string): Promise<string | undefined> {
  try {
    // Reading from a pipe or a device would wait, or go on, for ever.
    return (await stat(path)).isFile() ? undefined : 'it is not a regular file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : `it cannot be read (${code})`;
  }
}

import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { StoreError } from '@stepwell/core';

/**
 * Writes a file that is there whole or not at all, under this name or another: a temporary file beside it is synced and
 * then given the name. What is there already is replaced only on demand. Answers the bytes; for no chunks there is no file.
 *
 * The entry itself survives power loss once the directory is synced.
 *
 * @throws `INVALID_ARGUMENT` for what is there already; else what Node throws
 */
export async function publishFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { overwrite }: { readonly overwrite: boolean },
): Promise<number> {
  // Before the work; and again, by the system, when the name is given.
  if (!overwrite && (await isThere(path))) throw taken(path);
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const bytes = await writeDraft(draft, chunks);
    if (bytes === undefined) return 0;
    if (overwrite) await rename(draft, path);
    else await giveName(draft, path);
    return bytes;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** `undefined` when there was nothing to write, and no file was made. */
async function writeDraft(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number | undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return undefined;
  try {
    const handle = await open(path, 'wx');
    try {
      let bytes = 0;
      for (let next: IteratorResult<Uint8Array> = first; next.done !== true; next = await iterator.next()) {
        // On a handle it goes on where the last one ended, and repeats short writes until all is written.
        await handle.writeFile(next.value);
        bytes += next.value.byteLength;
      }
      await handle.sync();
      return bytes;
    } finally {
      await handle.close();
    }
  } finally {
    await iterator.return?.();
  }
}

/** A link replaces nothing, whoever makes a file of that name at this moment. */
async function giveName(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw taken(path);
    // Some file systems have no links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    if (await isThere(path)) throw taken(path);
    await rename(draft, path);
    return;
  }
  await rm(draft);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function taken(path: string): StoreError {
  return new StoreError('INVALID_ARGUMENT', `${path} is there already; overwrite: true replaces it`, {
    details: { path },
  });
}

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fromSystemError, isStoreError, StoreError } from '@stepwell/core';
import { hasErrno } from '../files/has-errno.ts';
import { readChunks } from '../files/read-chunks.ts';

/** The bytes at `path`, hashed as they pass. @throws `NOT_FOUND`; at the end, `CORRUPT`; `IO` */
export async function* readBlob(path: string, hash: string): AsyncGenerator<Uint8Array, void, undefined> {
  const sha256 = createHash('sha256');
  let size = 0;
  try {
    const handle = await open(path, 'r');
    try {
      for await (const chunk of readChunks(handle)) {
        sha256.update(chunk);
        size += chunk.byteLength;
        yield chunk;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) {
      throw new StoreError('NOT_FOUND', `no content with the hash ${hash} is stored`, {
        cause: error,
        details: { hash },
      });
    }
    throw fromSystemError(error, `cannot read ${path}`, { reading: true });
  }
  const found = sha256.digest('hex');
  if (found === hash) return;
  throw new StoreError(
    'CORRUPT',
    `${path} is damaged: its ${size} bytes do not have the hash it is named by`,
    {
      details: { path, size, hash, found },
    },
  );
}

/** Whether the bytes at `path` have this hash. */
export async function isSound(path: string, hash: string): Promise<boolean> {
  try {
    for await (const _chunk of readBlob(path, hash));
    return true;
  } catch (error) {
    if (isStoreError(error, 'NOT_FOUND', 'CORRUPT', 'IO')) return false;
    throw error;
  }
}

import type { FileHandle } from 'node:fs/promises';
import { artifactDefaults } from '../settings.ts';

/** The bytes of an open file from where it stands, a chunk at a time (S10). The handle stays open. */
export async function* readChunks(handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const { chunkBytes } = artifactDefaults;
  for (;;) {
    // A new buffer each time: whoever got the last one may still be using it.
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

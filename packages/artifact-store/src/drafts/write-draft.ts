import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { crashPoint } from '../crash-points.ts';

/** What is in a draft. */
export interface Draft {
  readonly path: string;
  readonly hash: string;
  readonly size: number;
}

/** Writes `chunks` to a new file, hashing them as they pass; it survives power loss when this resolves. */
export async function writeDraft(path: string, chunks: AsyncIterable<Uint8Array>): Promise<Draft> {
  const sha256 = createHash('sha256');
  let size = 0;
  const handle = await open(path, 'wx');
  try {
    crashPoint('artifact:draft.opened');
    for await (const chunk of chunks) {
      sha256.update(chunk);
      size += chunk.byteLength;
      // On a handle `writeFile` goes on where the last one ended, and repeats short writes until all is written.
      await handle.writeFile(chunk);
    }
    crashPoint('artifact:draft.written');
    await handle.sync();
    crashPoint('artifact:draft.synced');
  } finally {
    await handle.close();
  }
  return { path, hash: sha256.digest('hex'), size };
}

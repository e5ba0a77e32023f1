import { dirname, resolve } from 'node:path';
import { makeDirectory } from '@stepwell/core';
import { nodeFileSystem } from '@stepwell/log-writer';

/** Makes a directory and those above it, so that they survive power loss; each new one is an entry of the one above. */
export async function makeDurableDirectory(path: string): Promise<void> {
  const first = makeDirectory(path);
  if (first === undefined) return;
  for (let made = resolve(path); ; made = dirname(made)) {
    await nodeFileSystem.fsyncDirectory(dirname(made));
    if (made === first) return;
  }
}

import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { makeDirectory as makeMissing } from '@stepwell/core';

/**
 * Makes the entries of a directory survive power loss. Windows cannot open a directory for this: there a rename is as
 * durable as the journal of NTFS makes it, and this does nothing.
 */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a directory and those above it, so that they survive power loss; each new one is an entry of the one above. */
export async function makeDirectory(path: string): Promise<void> {
  const first = makeMissing(path);
  if (first === undefined) return;
  for (let made = resolve(path); ; made = dirname(made)) {
    await syncDirectory(dirname(made));
    if (made === first) return;
  }
}

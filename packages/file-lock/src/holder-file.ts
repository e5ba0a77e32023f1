import { existsSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { LockHolder } from '@stepwell/core';
import type { LockFiles } from './lock-files.ts';

/** A turn that says nothing of its purpose is not worth a file, which costs more than the lock, until it lasts this long. */
const SHORT_TURN_MS = 5;

/**
 * Leaves word of who holds the lock: at once where it has a purpose, else once the turn is no longer a short one. Returns
 * how to take the word back, for just before the release.
 */
export function announce(files: LockFiles, holder: LockHolder): () => void {
  let written = false;
  const write = (): void => {
    written = true;
    writeHolder(files, holder);
  };
  let timer: NodeJS.Timeout | undefined;
  if (holder.purpose === '') {
    discard(files.holder); // of somebody who died
    timer = setTimeout(write, SHORT_TURN_MS).unref();
  } else {
    write();
  }
  return () => {
    clearTimeout(timer);
    if (written) clearHolder(files);
  };
}

/**
 * `{"pid":4711,"host":"build-3","since":1790000000000,"purpose":"stepwell run"}`, written whole or not at all, and without
 * an fsync. A disk that is full must not cost the lock, hence no error.
 */
function writeHolder(files: LockFiles, holder: LockHolder): void {
  try {
    writeFileSync(files.holderDraft, JSON.stringify(holder));
    renameSync(files.holderDraft, files.holder);
  } catch {
    clearHolder(files);
  }
}

/** Deletes the word of a holder who is done, or who died. Only for whoever holds the lock, in either mode. */
export function clearHolder(files: LockFiles): void {
  discard(files.holder);
  discard(files.holderDraft);
}

function discard(path: string): void {
  try {
    if (existsSync(path)) unlinkSync(path);
  } catch {
    // A reader may hold a lock in a directory that it cannot write; a stale hint misleads nobody but a message.
  }
}

/** Who left word, as far as it can be read. */
export async function readHolder(files: LockFiles): Promise<LockHolder | undefined> {
  try {
    const { pid, host, since, purpose } = JSON.parse(await readFile(files.holder, 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof pid !== 'number' || typeof since !== 'number') return undefined;
    if (typeof host !== 'string' || typeof purpose !== 'string') return undefined;
    return { pid, host, since, purpose };
  } catch {
    return undefined; // missing, or half a file from before a power cut: then nobody is known, and that is all it means
  }
}

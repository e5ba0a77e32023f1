import { rm } from 'node:fs/promises';
import { open } from 'stepwell';
import { handWritten } from './hand-written.mjs';
import { temporaryDirectory } from './temporary.mjs';

/** Runs `work` on a new store, and removes it. */
export async function withStore(work, options = {}) {
  const directory = await temporaryDirectory();
  const stepwell = await open(directory, options);
  try {
    return await work(stepwell, directory);
  } finally {
    await stepwell.close();
    await rm(directory, { recursive: true });
  }
}

/** Runs `work` on a new hand-written database, and removes it. */
export async function withHandWritten(work) {
  const directory = await temporaryDirectory();
  const db = handWritten(directory);
  try {
    return await work(db, directory);
  } finally {
    db.close();
    await rm(directory, { recursive: true });
  }
}

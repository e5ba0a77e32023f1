import { rm } from 'node:fs/promises';
import { open } from 'stepwell';
import { handWritten } from './peers/hand-written.mjs';
import { temporaryDirectory } from './temporary.mjs';

/** Runs `work` on a new store, and removes it. */
export async function withStore(work, options = {}) {
  return await withDirectory(await temporaryDirectory(), (directory) => inStore(directory, work, options));
}

/** Runs `work` on a new hand-written database, and removes it. */
export async function withHandWritten(work) {
  return await withPeer(handWritten, work);
}

/** Runs `work` on a new database of a peer, which `make` opens in a directory, and removes it. */
export async function withPeer(make, work) {
  return await withDirectory(await temporaryDirectory(), (directory) => inPeer(make, directory, work));
}

/** Runs `work` on the store in `directory`. */
export async function inStore(directory, work, options = {}) {
  const stepwell = await open(directory, options);
  try {
    return await work(stepwell, directory);
  } finally {
    await stepwell.close();
  }
}

/** Runs `work` on the database of a peer in `directory`. */
export async function inPeer(make, directory, work) {
  const peer = make(directory);
  try {
    return await work(peer, directory);
  } finally {
    await peer.close();
  }
}

/** Runs `work` with `directory`, and removes it. */
export async function withDirectory(directory, work) {
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

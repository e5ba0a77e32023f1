import { constants, existsSync } from 'node:fs';
import { cp, open as openFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { putExecution } from 'stepwell';
import { handWritten } from './peers/hand-written.mjs';
import { inPeer, inStore, withDirectory } from './stores.mjs';
import { temporaryDirectory, workspace } from './temporary.mjs';
import { execution } from './workload.mjs';

const together = 5_000;

/** Runs `work` on a store that holds the first `rows` executions, and removes it. */
export async function withLoadedStore(rows, work) {
  const load = (directory) =>
    inStore(directory, async ({ store }) => {
      for (const group of groups(rows)) await store.write(group.map((record) => putExecution(record)));
    });
  const directory = await copyOf(`store-${rows}`, load);
  return await withDirectory(directory, () => inStore(directory, work));
}

/** Runs `work` on a hand-written database that holds the same, and removes it. */
export async function withLoadedHandWritten(rows, work) {
  const load = (directory) =>
    inPeer(handWritten, directory, (db) => {
      for (const group of groups(rows)) db.saveAll(group);
    });
  const directory = await copyOf(`hand-written-${rows}`, load);
  return await withDirectory(directory, () => inPeer(handWritten, directory, work));
}

function* groups(rows) {
  for (let start = 0; start < rows; start += together) {
    yield Array.from({ length: Math.min(together, rows - start) }, (_, n) => execution(start + n));
  }
}

/** Loading a million takes a minute, copying what was loaded a second; so the run loads once, for all its benchmarks. */
async function copyOf(name, load) {
  const original = join(workspace, `stepwell-loaded-${name}`);
  if (process.env.STEPWELL_BENCH_WORKSPACE === undefined)
    throw new Error('loaded stores are kept for one run: start it with npm run bench');
  if (!existsSync(original)) {
    const unfinished = await temporaryDirectory();
    await load(unfinished);
    await rename(unfinished, original);
  }
  const copy = await temporaryDirectory();
  await cp(original, copy, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await settle(copy);
  return copy;
}

/** The disk has the copy before anything is measured; else the first checkpoint of a side would pay for all of it. */
async function settle(directory) {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = await openFile(join(entry.parentPath, entry.name), 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

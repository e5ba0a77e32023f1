import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stampDirectory } from './paths.mjs';

/** One hash over the names and contents of files: equal means that nothing has changed. */
export function fingerprint(files, ...extra) {
  const hash = createHash('sha256');
  for (const part of extra) hash.update(`${part}\0`);
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** What was written under this name when the work was last finished, or undefined. */
export function readStamp(name) {
  try {
    return readFileSync(join(stampDirectory, name), 'utf8');
  } catch {
    return undefined; // Missing or unreadable: the work is done again, which is always safe.
  }
}

export function writeStamp(name, value) {
  mkdirSync(stampDirectory, { recursive: true });
  writeFileSync(join(stampDirectory, name), value);
}

/** Before work begins: work that is interrupted half-way must not look finished. */
export function clearStamp(name) {
  rmSync(join(stampDirectory, name), { force: true });
}

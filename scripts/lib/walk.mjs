import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Directories that hold nothing written by hand. */
const generated = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo', '.vitest', '.stepwell']);

/** Every file below `directory` that someone wrote, sorted, as absolute paths. A missing directory has no files. */
export function walk(directory) {
  let entries;
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return generated.has(entry.name) ? [] : walk(path);
      return entry.isFile() ? [path] : [];
    });
}

/** A path as people write it: relative to `base`, with forward slashes on every platform. */
export const show = (base, path) => relative(base, path).split(sep).join('/');

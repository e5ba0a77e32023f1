import type { FileSystem } from '../file-system/file-system.ts';

/** In bytes. @throws what the system throws, `ENOENT` for one */
export function fileSize(fs: FileSystem, path: string): number {
  const file = fs.open(path, 'read');
  try {
    return fs.size(file);
  } finally {
    fs.close(file);
  }
}

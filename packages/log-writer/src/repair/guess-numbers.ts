import type { FileSystem } from '../file-system/file-system.ts';
import { RawFile } from './raw-file.ts';

/** More than any log has, and few enough to go on from. */
const most = 2 ** 40;

/** What a manifest says of numbers that must only grow, read as if it could not be damaged; 0 for what is not there. */
export function guessNumbers(
  fs: FileSystem,
  path: string,
): { readonly generation: number; readonly nextSegment: number } {
  if (fs.identify(path) === undefined) return { generation: 0, nextSegment: 0 };
  const file = new RawFile(fs, path);
  try {
    const text = file.read(0, 4096).toString('latin1');
    const numberOf = (field: string): number => {
      const value = Number(new RegExp(`"${field}":(\\d{1,15})`).exec(text)?.[1] ?? 0);
      return value < most ? value : 0;
    };
    // Names of files have up to ten digits.
    const nextSegment = numberOf('nextSegment');
    return { generation: numberOf('generation'), nextSegment: nextSegment < 1e9 ? nextSegment : 0 };
  } finally {
    file.close();
  }
}

import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Surroundings } from './resolve-store-path.ts';

/** Where this process stands. */
export function surroundings(): Surroundings {
  return {
    cwd: process.cwd(),
    env: process.env,
    platform: process.platform,
    home: homedir(),
    isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  };
}

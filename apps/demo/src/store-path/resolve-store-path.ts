import { dirname, join, resolve } from 'node:path';
import { userDataDirectory } from './user-data-directory.ts';

/** The directory that makes a project's store, looked for from where one stands upwards. */
export const storeDirectoryName = '.stepwell';

export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home directory. */
  readonly home: string;
  readonly isDirectory: (path: string) => boolean;
}

/** Where the store is: `--store`, else `STEPWELL_STORE`, else the nearest `.stepwell/` upwards, else the user's own. */
export function resolveStorePath(option: string | undefined, around: Surroundings): string {
  const said = option ?? around.env.STEPWELL_STORE;
  // An empty variable is one that somebody wanted to unset.
  if (said !== undefined && said !== '') return resolve(around.cwd, said);
  return nearestStore(around) ?? userDataDirectory(around);
}

function nearestStore({ cwd, isDirectory }: Surroundings): string | undefined {
  for (let at = resolve(cwd); ; at = dirname(at)) {
    const candidate = join(at, storeDirectoryName);
    if (isDirectory(candidate)) return candidate;
    if (dirname(at) === at) return undefined;
  }
}

import { posix, win32 } from 'node:path';
import type { Surroundings } from './resolve-store-path.ts';

/** Where a program keeps what belongs to a user and to no project, as each system wants it. */
export function userDataDirectory({
  env,
  platform,
  home,
}: Pick<Surroundings, 'env' | 'platform' | 'home'>): string {
  switch (platform) {
    case 'win32':
      return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'stepwell');
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support', 'stepwell');
    default: {
      // The XDG specification says that a relative path is to be ignored.
      const { XDG_DATA_HOME: xdg = '' } = env;
      return posix.join(posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share'), 'stepwell');
    }
  }
}

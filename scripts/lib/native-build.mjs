import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture } from './capture.mjs';
import { root } from './paths.mjs';

/** Whether better-sqlite3 loads in this Node: a binding built for another major version does not. */
export async function bindingLoads() {
  const script = "new (require('better-sqlite3'))(':memory:').close()";
  const { code } = await capture(process.execPath, ['--input-type=commonjs', '-e', script], {
    cwd: join(root, 'packages/stepwell'),
  });
  return code === 0;
}

/** Node-gyp's needs, by the names a program goes by. On Windows a compiler is not on the PATH, so nothing is checked. */
const tools = [
  { what: 'Python 3', names: ['python3', 'python'] },
  { what: 'make', names: ['make', 'gmake'] },
  { what: 'a C++ compiler', names: ['c++', 'g++', 'clang++'] },
];

export function missingTools({ platform = process.platform, path = process.env.PATH ?? '' } = {}) {
  if (platform === 'win32') return [];
  const directories = path.split(delimiter);
  const found = (name) => directories.some((directory) => existsSync(join(directory, name)));
  return tools.filter((tool) => !tool.names.some(found)).map((tool) => tool.what);
}

/** The one message for the case that the binding could be neither fetched nor compiled. */
export function nativeBuildHelp(missing) {
  const reason = missing.length > 0 ? `Missing here: ${missing.join(', ')}.` : 'The output above says why.';
  return `
better-sqlite3 could not be built. No prebuilt binary could be fetched for this machine, so it is compiled, which
needs Python 3, make and a C++ compiler. ${reason}

  Debian, Ubuntu   sudo apt-get install python3 make g++
  Fedora           sudo dnf install python3 make gcc-c++
  macOS            xcode-select --install
  Windows          Python 3, and "Desktop development with C++" from the Visual Studio Build Tools

Then run the same command again.`;
}

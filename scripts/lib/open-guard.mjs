/**
 * On POSIX, closing *any* descriptor of a file drops every record lock the process holds on it, SQLite's among them.
 * One `readFile` of a database or lock file, anywhere in the process, silently gives its locks away. So the packages
 * that handle such files may only use what opens no descriptor; whatever must be read goes through SQLite.
 */
export const guarded = ['@stepwell/file-lock', '@stepwell/sqlite-adapter'];

const opensNothing = new Set(
  [
    'access',
    'chmod',
    'lstat',
    'mkdir',
    'mkdtemp',
    'readdir',
    'realpath',
    'rename',
    'rm',
    'rmdir',
    'stat',
    'statfs',
    'unlink',
  ]
    .flatMap((name) => [name, `${name}Sync`])
    .concat('constants', 'existsSync'),
);

/** Files that may open, each because what it opens is never locked and never SQLite's. */
const exempt = new Map([
  ['packages/file-lock/src/holder-file.ts', 'the note that says who holds a lock is a text file beside it'],
  [
    'packages/sqlite-adapter/src/driver/make-directory.ts',
    'directories are opened, to sync them; they hold no locks',
  ],
  [
    'packages/sqlite-adapter/src/errors/is-out-of-space.ts',
    'a new file is opened, to see whether it can grow; nobody else knows it',
  ],
]);

const fileSystem = new Set(['fs', 'fs/promises', 'node:fs', 'node:fs/promises']);

/** What an import would let a guarded package open: a sentence, or undefined. */
export function checkOpen({ specifier, names, typeOnly }, path) {
  if (typeOnly || !fileSystem.has(specifier) || exempt.has(path)) return undefined;
  const refused = names.filter((name) => !opensNothing.has(name));
  if (refused.length === 0) return undefined;
  const what = refused.includes('*')
    ? `the whole of ${specifier}`
    : `${refused.join(', ')} from ${specifier}`;
  return `imports ${what}: closing a descriptor of a database file would drop the locks on it`;
}

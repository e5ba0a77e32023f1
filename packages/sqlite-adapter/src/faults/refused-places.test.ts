import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { changedSince, type Files, layOut, leaveBehind } from '../fixtures/left-behind.ts';
import { databaseIn } from '../fixtures/open-driver.ts';

const child = fileURLToPath(new URL('../fixtures/open-unprivileged.mjs', import.meta.url));

interface Place {
  readonly what: string;
  readonly make: (path: string) => void;
  /** Where it is opened; else where it was made. */
  readonly at?: (path: string) => string;
  readonly read: RegExp;
  readonly write: RegExp;
  /** Whether the files of the store are there, and have to be as they were afterwards. */
  readonly keeps: boolean;
}

const replace = (path: string, make: (path: string) => void): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  make(path);
};
const closeDirectory = (path: string, mode: number): void => chmodSync(dirname(path), mode);
const removeLog = (path: string): void => {
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
};

const places: readonly Place[] = [
  { what: 'an ordinary store', make: () => {}, read: /^opened at 3/, write: /^wrote 4/, keeps: false },
  {
    what: 'a file that may not be written',
    make: (path) => chmodSync(path, 0o444),
    read: /^opened at 3/,
    write: /^READ_ONLY: .*cannot be written: copy/,
    keeps: true,
  },
  {
    what: 'a file that may not be read',
    make: (path) => chmodSync(path, 0o000),
    read: /^IO: .*may not be read by this user: change its permissions/,
    write: /^IO: .*may not be read by this user: change its permissions/,
    keeps: true,
  },
  {
    what: 'a directory that may not be written, without the log',
    make: (path) => {
      removeLog(path);
      closeDirectory(path, 0o555);
    },
    read: /^READ_ONLY: .*opens only while its -wal and -shm files are there.*copy/,
    write: /^READ_ONLY: .*cannot be written.*copy/,
    keeps: false,
  },
  {
    what: 'a directory that may not be written, with the log of a process that was killed',
    make: (path) => {
      for (const suffix of ['', '-wal', '-shm']) chmodSync(path + suffix, 0o444);
      closeDirectory(path, 0o555);
    },
    read: /^(opened at 3|READ_ONLY: .*copy)/,
    write: /^READ_ONLY: .*copy/,
    keeps: true,
  },
  {
    what: 'a directory that may not be entered',
    make: (path) => closeDirectory(path, 0o600),
    read: /^IO: could not look at .*EACCES/,
    write: /^IO: could not look at .*EACCES/,
    keeps: true,
  },
  {
    what: 'a directory at the path',
    make: (path) => replace(path, (place) => mkdirSync(place)),
    read: /^INVALID_ARGUMENT: .*is not a file: name one in it/,
    write: /^INVALID_ARGUMENT: .*is not a file: name one in it/,
    keeps: false,
  },
  {
    what: 'a pipe at the path',
    make: (path) => replace(path, (place) => void spawnSync('mkfifo', [place])),
    read: /^INVALID_ARGUMENT: .*is not a file/,
    write: /^INVALID_ARGUMENT: .*is not a file/,
    keeps: false,
  },
  {
    what: 'a file where a directory has to be',
    make: () => {},
    at: (path) => join(path, 'records.db'),
    read: /^INVALID_ARGUMENT: .*a file is in the way/,
    write: /^INVALID_ARGUMENT: .*a file is in the way/,
    keeps: true,
  },
  {
    what: 'a link that leads to itself',
    make: (path) => replace(path, (place) => symlinkSync(place, place)),
    read: /^INVALID_ARGUMENT: could not look at .*links lead in a circle/,
    write: /^INVALID_ARGUMENT: could not look at .*links lead in a circle/,
    keeps: false,
  },
  {
    what: 'a directory that cannot be made',
    make: (path) => {
      closeDirectory(path, 0o555);
    },
    at: (path) => join(dirname(path), 'new', 'records.db'),
    read: /^NOT_FOUND/,
    write: /^READ_ONLY: could not make the directory/,
    keeps: true,
  },
  {
    what: 'no store yet',
    make: (path) => replace(path, () => {}),
    read: /^NOT_FOUND: there is no store at/,
    write: /^wrote 1/,
    keeps: false,
  },
  {
    what: 'a text',
    make: (path) => replace(path, (place) => writeFileSync(place, 'text '.repeat(999), { mode: 0o666 })),
    read: /^CORRUPT: .*not a database.*put a backup in its place/,
    write: /^(CORRUPT|READ_ONLY): .*(not a database.*put a backup in its place|copy)/,
    keeps: false,
  },
];

// Windows knows other permissions. Root may do everything: the child is somebody else then.
test.skipIf(process.platform === 'win32')(
  'S6, S11: where a store cannot be opened the error says why and what to do, and nothing of it is changed',
  async () => {
    await using place = await databaseIn('refused');
    const { workspace } = place;
    const intact: Files = await leaveBehind(place.path, { written: 2, logged: 1 });
    chmodSync(workspace.path, 0o777);
    const paths = places.map((_, index) => workspace.within(`place-${index}`, 'records.db'));
    for (const [index, { make }] of places.entries()) {
      const path = paths[index] ?? '';
      layOut(path, intact);
      chmodSync(dirname(path), 0o777);
      for (const suffix of ['', '-wal', '-shm']) chmodSync(path + suffix, 0o666);
      make(path);
    }
    const opened = paths.map((path, index) => places[index]?.at?.(path) ?? path);
    const { stdout, stderr } = spawnSync(process.execPath, [child, ...opened], { encoding: 'utf8' });
    spawnSync('chmod', ['-R', 'u+rwX', workspace.path]);
    expect(stderr).toBe('');
    const outcomes = JSON.parse(stdout) as { path: string; read: string; write: string }[];
    for (const [index, { what, read, write, keeps }] of places.entries()) {
      const { [index]: outcome = { read: '', write: '' }, length } = outcomes;
      expect(length).toBe(places.length);
      expect(outcome.read, `reading: ${what}`).toMatch(read);
      expect(outcome.write, `writing: ${what}`).toMatch(write);
      if (!keeps) continue;
      const path = paths[index] ?? '';
      expect(changedSince(path, intact), what).toEqual([]);
      const names = readdirSync(dirname(path)).filter((name) => !/^records\.db(-wal|-shm)?$/.test(name));
      expect(names, what).toEqual([]);
    }
  },
);

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDirectory } from './make-directory.ts';

function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stepwell-make-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('a directory is made with those above it; the first that was made is answered', () => {
  const directory = tempDirectory();
  expect(makeDirectory(join(directory, 'a', 'b', 'c'))).toBe(join(directory, 'a'));
  expect(existsSync(join(directory, 'a', 'b', 'c'))).toBe(true);
  expect(makeDirectory(join(directory, 'a', 'b', 'd'))).toBe(join(directory, 'a', 'b', 'd'));
  expect(makeDirectory(join(directory, 'a'))).toBeUndefined();
});

test('S11: a file that is in the way is an error', () => {
  const file = join(tempDirectory(), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'a', 'b')])
    expect(() => makeDirectory(path)).toThrow(/EEXIST|ENOTDIR/);
});

// Node's own recursive mkdir never comes back from there.
test.skipIf(!existsSync('/proc/self'))('S11: where nothing can be made, the error is thrown', () => {
  expect(() => makeDirectory('/proc/stepwell/logs')).toThrow(/ENOENT|EACCES|EPERM/);
});

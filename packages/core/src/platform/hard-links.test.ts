import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { refuseHardLinks } from './hard-links.ts';

function tempDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stepwell-links-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('S5: a file with two names is NOT_SUPPORTED by either, until one of them is gone', () => {
  const directory = tempDirectory();
  const [one, two] = [join(directory, 'a.db'), join(directory, 'b.db')];
  writeFileSync(one, '');
  refuseHardLinks(one);
  linkSync(one, two);
  for (const path of [one, two]) {
    expect(() => refuseHardLinks(path)).toThrowError(
      expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: expect.stringContaining(path),
        details: { path, links: 2 },
      }),
    );
  }
  rmSync(two);
  refuseHardLinks(one);
});

test('S11: what is not there or no file is for others to refuse; a path that cannot be is INVALID_ARGUMENT', () => {
  const directory = tempDirectory();
  mkdirSync(join(directory, 'deep', 'er'), { recursive: true });
  refuseHardLinks(join(directory, 'deep'));
  refuseHardLinks(join(directory, 'nothing'));
  writeFileSync(join(directory, 'file'), '');
  symlinkSync('circle', join(directory, 'circle'));
  for (const path of [join(directory, 'file', 'a.db'), join(directory, 'circle')]) {
    expect(() => refuseHardLinks(path)).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(path) }),
    );
  }
});

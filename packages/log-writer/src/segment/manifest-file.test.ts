import { expect, test } from 'vitest';
import type { FileSystem } from '../file-system/file-system.ts';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';
import { ManifestFile } from './manifest-file.ts';

/** How often files were opened, and how many are. */
function counting() {
  const count = { opened: 0, open: 0 };
  const fs: FileSystem = {
    ...nodeFileSystem,
    open: (path, mode) => {
      count.opened += 1;
      count.open += 1;
      return nodeFileSystem.open(path, mode);
    },
    close: (file) => {
      count.open -= 1;
      nodeFileSystem.close(file);
    },
  };
  return { fs, count };
}

test('a manifest that was not replaced is read once, and kept open until it is let go', async () => {
  const directory = tempDirectory();
  await (await TestLog.open(directory)).close();
  const { fs, count } = counting();
  const file = new ManifestFile(fs, directory);
  const manifest = file.current();
  expect(file.current()).toBe(manifest);
  expect(count).toEqual({ opened: 1, open: 1 });
  expect(file.read()).toEqual(manifest);
  expect(count).toEqual({ opened: 2, open: 1 });
  file.letGo();
  expect(count.open).toBe(0);
  expect(file.current()).toEqual(manifest);
  file.letGo();
});

test('S4: every manifest that is put in the place of another is seen, though the system uses inodes again', async () => {
  const directory = tempDirectory();
  await (await TestLog.open(directory)).close();
  const { fs, count } = counting();
  const reader = new ManifestFile(fs, directory);
  const writer = new ManifestFile(nodeFileSystem, directory);
  for (let i = 0; i < 30; i += 1) {
    const current = reader.current();
    if (current === undefined) throw new Error('there is a manifest');
    const next = { ...current, generation: current.generation + 1 };
    await writer.replace(current, next);
    expect(reader.current()).toEqual(next);
    expect(count.open).toBe(1);
  }
  reader.letGo();
});

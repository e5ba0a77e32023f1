import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { contentsOf } from '../fixtures/files.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

const fixture = fileURLToPath(new URL('../../fixtures/format-1', import.meta.url));
const boot = 'the boot of the fixture';

const long = Array.from({ length: 9 }, (_, i) => `${i + 1} ${'x'.repeat(900)}`);

function copyOfFixture(): string {
  const directory = join(tempDirectory(), 'logs');
  cpSync(fixture, directory, { recursive: true });
  return directory;
}

function versionOf(directory: string): string | undefined {
  return readFileSync(join(directory, 'MANIFEST'), 'latin1').split(' ')[1];
}

async function checkLines(log: TestLog): Promise<void> {
  await log.withView(async (view) => {
    expect(await toArray(view.streams())).toEqual(['../../__proto__', 'build', 'täst 🎉']);
    const build = await toArray(view.lines('build'));
    expect(build.map(({ text }) => text).slice(0, 2)).toEqual([
      'cc -c main.c',
      'main.c:3: warning: unused variable',
    ]);
    expect(build[1]).toMatchObject({ at: 1_700_000_000_001, level: 'warning', source: 'stderr', epoch: 1 });
    expect([...(build[3]?.bytes ?? [])]).toEqual([0xff, 0xfe, 0x41]);
    expect(build.slice(4, 13).map(({ text }) => text)).toEqual(long);
    expect((await toArray(view.lines('../../__proto__'))).map(({ text, epoch }) => [text, epoch])).toEqual([
      ['odd 3', 4],
      ['odd 6', 7],
      ['odd 9', 10],
    ]);
    expect(await toArray(view.lines('täst 🎉'))).toMatchObject([{ text: 'no end', terminated: false }]);
  });
}

test('SD-45: a log of version 1 is read as it was written, and by readers left as it is', async () => {
  const directory = copyOfFixture();
  const before = contentsOf(directory);
  const log = await TestLog.open(directory, { mode: 'read', boot });
  await checkLines(log);
  expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
  expect(contentsOf(directory)).toEqual(before);
});

test('SD-45: a log of version 1 is appended to, and is of version 2 from the next change of its manifest on', async () => {
  const directory = copyOfFixture();
  const log = await TestLog.open(directory, { segmentBytes: 4096, boot });
  await log.append('build', 'short');
  expect(versionOf(directory)).toBe('1');
  await log.append('build', 'y'.repeat(4096));
  expect(versionOf(directory)).toBe('2');
  expect(await log.read('build', { last: 2 })).toEqual(['14:short', `15:${'y'.repeat(4096)}`]);
  await checkLines(log);
  await log.close();
  const again = await TestLog.open(directory, { boot });
  await checkLines(again);
  expect(again.head.epoch).toBe(12);
  expect((await again.driver.maintenance?.verify?.())?.problems).toEqual([]);
});

test('SD-45: a log of version 1 that is opened after a reboot is of version 2 at once', async () => {
  const directory = copyOfFixture();
  await checkLines(await TestLog.open(directory, { boot: 'another' }));
  expect(versionOf(directory)).toBe('2');
});

import { appendLines, type LogLineInit } from '@stepwell/core';
import { expect, test } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

const bytes = (...values: number[]): LogLineInit => ({ content: Uint8Array.of(...values) });

test.each<[string, readonly (string | LogLineInit)[]]>([
  ['text beyond ASCII, then bytes', ['é', 'ü', bytes(1, 2), bytes(3)]],
  ['bytes, then text beyond ASCII', [bytes(1, 2), 'é', '\ud83d\ude00', 'plain']],
  ['both in turn', ['é', bytes(255), 'plain', bytes(), '', 'ü', bytes(9)]],
  ['text longer than what is encoded at a time, then bytes', ['é'.repeat(70_000), 'a', 'ü', bytes(1), 'ö']],
])('SF-64: %s come back as they went in', async (_, lines) => {
  const log = await TestLog.open(tempDirectory());
  await log.write([appendLines('a', lines), appendLines('b', lines), appendLines('a', ['end'])]);
  const given = (line: string | LogLineInit) =>
    Buffer.from(typeof line === 'string' ? line : (line.content as Uint8Array)).toString('hex');
  const stored = async (stream: string): Promise<string[]> =>
    await log.withView(async (view) => {
      const found: string[] = [];
      for await (const line of view.lines(stream)) found.push(Buffer.from(line.bytes).toString('hex'));
      return found;
    });
  expect(await stored('a')).toEqual([...lines, 'end'].map(given));
  expect(await stored('b')).toEqual(lines.map(given));
});

test('SF-64: each line has its own time, however many share one', async () => {
  const log = await TestLog.open(tempDirectory());
  const times = [5, 5, 7, 7, 7, 3, 5, ...Array.from({ length: 40 }, () => 900), 1];
  const lines = times.map((at): LogLineInit => ({ content: 'x', at }));
  await log.write([appendLines('a', lines)]);
  await log.withView(async (view) => {
    const found: number[] = [];
    for await (const { at } of view.lines('a')) found.push(at);
    expect(found).toEqual(times);
    expect(await view.info('a')).toMatchObject({ firstAt: 5, lastAt: 1 });
  });
});

import { expect, test } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

test('S4: readings of one log that take turns never show each other’s lines', async () => {
  const log = await TestLog.open(tempDirectory());
  const { length } = await appendMany(log, ['a', 'b', 'c']);
  const { view, release } = await pinned(log);
  const readings = ['a', 'b', 'c', 'a'].map((stream) => ({
    stream,
    lines: view.lines(stream)[Symbol.asyncIterator](),
  }));
  for (let number = 1; number <= length; number += 1) {
    for (const { stream, lines } of readings) {
      const { value } = await lines.next();
      expect(value).toMatchObject({ stream, number, text: `${stream} ${number}` });
    }
  }
  await release();
});

async function pinned(log: TestLog) {
  const pin = await log.driver.pin();
  return { view: pin.view, release: () => pin.release() };
}

/** Twenty commits to each stream in turn. */
async function appendMany(log: TestLog, streams: readonly string[]): Promise<{ readonly length: number }> {
  const length = 20;
  for (let number = 1; number <= length; number += 1)
    for (const stream of streams) await log.append(stream, `${stream} ${number}`);
  return { length };
}

import { expect, onTestFinished, test, vi } from 'vitest';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { TestLog } from '../fixtures/test-log.ts';

test('a commit wakes who watches, and the next pin shows it', async () => {
  // What wakes is what the file system told.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const directory = tempDirectory();
  // Small segments, so that each commit begins another.
  const writer = await TestLog.open(directory, { segmentBytes: 4096 });
  const reader = await TestLog.open(directory, { mode: 'read' });
  for (let epoch = 1; epoch <= 5; epoch += 1) {
    const woken = new Promise<void>((resolve) => {
      const watching = reader.driver.watch?.(() => {
        watching?.close();
        resolve();
      });
    });
    await writer.append('a', `${epoch} ${'.'.repeat(4096)}`);
    await woken;
    const pin = await reader.driver.pin();
    expect(pin.head.epoch).toBe(epoch);
    await pin.release();
  }
});

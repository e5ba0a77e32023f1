import { memoryLocks } from '@stepwell/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PinLocks } from './pin-locks.ts';

test('S9: one who takes a snapshot every moment goes over to the files of a newer manifest within a second', async () => {
  const onDisk = { pins: 1 };
  const files = {
    pins: 0,
    adoptManifest: () => {
      files.pins = onDisk.pins;
    },
    letGo: () => {},
  };
  const locks = memoryLocks();
  const pinLocks = new PinLocks(locks, files, () => {});
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  onTestFinished(async () => {
    vi.useRealTimers();
    await pinLocks.close();
  });
  const pinsOf = async (): Promise<number> => {
    const hold = await pinLocks.hold();
    hold.release();
    return hold.pins;
  };
  expect(await pinsOf()).toBe(1);
  // Somebody puts other files in the place of those, and nobody writes a line.
  onDisk.pins = 2;
  const seen: number[] = [];
  for (let ms = 0; ms <= 1_000; ms += 100) {
    seen.push(await pinsOf());
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(seen.at(0), 'no look at the files for each').toBe(1);
  expect(seen.at(-1)).toBe(2);
  await vi.advanceTimersByTimeAsync(300);
  await expect(locks.acquire('pin-1', { mode: 'exclusive' }), 'nothing is kept').resolves.toBeDefined();
});

import { toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { LedLog, Records } from '../fixtures/led-log.ts';
import { PowerDisk } from '../fixtures/power-disk.ts';

test('S4: between the two pins of a snapshot lines are pruned and compacted away, and another snapshot goes over to the new files', async () => {
  const disk = new PowerDisk();
  const records = new Records();
  const writer = await LedLog.open(disk, records);
  for (let number = 1; number <= 5; number++) await writer.append('a', [`${number}`]);
  await writer.driver.maintenance?.compact?.({ full: true });
  await writer.append('b', ['one']);
  const reader = await LedLog.open(disk, records, { mode: 'read' });

  // As `combine` does it: the logs, then the records, which stand at this epoch …
  const pin = await reader.driver.pin();
  const { epoch } = records;
  const sealed = () => [...disk.files.keys()].filter((path) => path.endsWith('.sealed'));
  const before = sealed();
  await writer.prune('a', 4);
  await writer.driver.maintenance?.compact?.({});
  expect(sealed(), 'it was written anew, without what is pruned').not.toEqual(before);
  // … and meanwhile somebody else, by the same handle, looks at newer records, and so at newer files.
  const newer = await reader.driver.pin();
  await newer.isCurrent?.(records.epoch);
  await newer.release();
  const again = (await pin.isCurrent?.(epoch)) === false ? await reader.driver.pin() : pin;
  expect(again, 'newer files lack what this snapshot must show').not.toBe(pin);
  await again.release();
  await pin.release();

  // Where the files stay, nothing is pinned again.
  const next = await reader.driver.pin();
  expect(await next.isCurrent?.(epoch)).toBe(true);
  expect(await toArray(next.view.streams())).toEqual(['a', 'b']);
  await next.release();
  await reader.close();
  await writer.close();
});

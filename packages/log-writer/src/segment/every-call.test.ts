import { isStoreError } from '@stepwell/core';
import { expect, test } from 'vitest';
import { LedLog, Records } from '../fixtures/led-log.ts';
import { PowerDisk } from '../fixtures/power-disk.ts';

/** Every so many calls one fails; 1 is each of them. */
const stride = Number(process.env.STEPWELL_FAULT_STRIDE ?? 7);

const text = (number: number): string => `${number} ${'.'.repeat(700)}`;
const store = { boot: 'monday' };

/** Opens, appends, rolls, seals, merges, prunes and collects; `acknowledge` is told of each line that is written. */
async function work(disk: PowerDisk, records: Records, acknowledge: (number: number) => void): Promise<void> {
  const log = await LedLog.open(disk, records, store);
  try {
    for (let number = 1; number <= 24; number++) {
      await log.write([['a', [text(number)]]], [], number % 3 === 0 ? 'power-loss' : 'process-crash');
      acknowledge(number);
      if (number === 12) await log.driver.maintenance?.compact?.({});
      if (number === 16) await log.write([], [['a', 4]]);
      if (number === 20) {
        await log.driver.maintenance?.compact?.({ full: true });
        await log.driver.maintenance?.collect?.({});
        await log.driver.sync();
      }
    }
    await log.read();
  } finally {
    await log.close();
  }
}

async function calls(): Promise<string[]> {
  const disk = new PowerDisk();
  const made: string[] = [];
  disk.before = (call) => made.push(call);
  await work(disk, new Records(), () => {});
  return made;
}

const errnos: Partial<Record<string, readonly string[]>> = {
  open: ['EMFILE', 'ENOSPC'],
  pwrite: ['ENOSPC', 'EIO'],
  fsync: ['EIO'],
  fsyncDirectory: ['EIO'],
  rename: ['EIO', 'ENOSPC'],
  unlink: ['EIO'],
  ftruncate: ['EIO'],
  pread: ['EIO'],
  size: ['EIO'],
  identify: ['EIO'],
  readdir: ['EMFILE'],
  mkdir: ['ENOSPC'],
};

/** Once, and from then on; a write that fails after a part of it was written is another. */
const manners = ['once', 'from then on', 'short'] as const;

test('SF-51, S11: every call of the disk fails, once and from then on: a typed error, and nothing acknowledged is lost', {
  timeout: 240_000,
}, async () => {
  const made = await calls();
  expect(new Set(made)).toEqual(
    new Set([...Object.keys(errnos), 'close'].filter((call) => call !== 'ftruncate')),
  );
  let failures = 0;
  for (let nth = 1; nth <= made.length; nth += stride) {
    const call = made[nth - 1] ?? '';
    for (const errno of errnos[call] ?? []) {
      for (const manner of manners) {
        if (manner === 'short' && call !== 'pwrite') continue;
        const disk = new PowerDisk();
        const records = new Records();
        const what = `${errno} at call ${nth}, ${call}, ${manner}`;
        disk.before = (called, now) => {
          if (manner === 'short' && now === nth) disk.shortWrite = 17;
          const isDue =
            manner === 'once'
              ? now === nth
              : manner === 'short'
                ? now === nth + 1
                : now >= nth && called === call;
          if (isDue && called === call) throw Object.assign(new Error(`${errno}: ${what}`), { code: errno });
        };
        let acknowledged = 0;
        const failed = await work(disk, records, (number) => {
          acknowledged = number;
        }).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failed !== undefined) {
          failures += 1;
          expect(isStoreError(failed), `${what}: ${String(failed)}`).toBe(true);
          const isUnclear = /^fsync/.test(call) && acknowledged > 0;
          if (isUnclear && call === 'fsync')
            expect(['POISONED', 'IO']).toContain((failed as { code: string }).code);
        }
        disk.before = () => {};
        expect(disk.descriptors, `${what}: files stay open`).toBe(0);

        const after = await LedLog.open(disk, records, store);
        const { lines } = (await after.read()).get('a') ?? { lines: new Map<number, string>() };
        const pruned = acknowledged >= 16 ? 4 : 0;
        const numbers = [...lines.keys()];
        expect(numbers.at(-1) ?? 0, what).toBeGreaterThanOrEqual(acknowledged);
        expect(numbers.at(-1) ?? 0, what).toBeLessThanOrEqual(acknowledged + 1);
        const first = numbers[0] ?? 1;
        expect(first === 1 || first === 5, what).toBe(true);
        if (acknowledged > 16) expect(first, what).toBe(pruned + 1);
        for (const [i, number] of numbers.entries()) {
          expect(number).toBe(first + i);
          expect(lines.get(number)).toBe(text(number));
        }
        expect((await after.driver.maintenance?.verify?.())?.problems, what).toEqual([]);
        // What failed is done by the next one, and leaves nothing lying about.
        await after.driver.maintenance?.compact?.({ full: true });
        await after.driver.maintenance?.collect?.({});
        expect((await after.read()).get('a')?.lines ?? new Map(), what).toEqual(lines);
        await after.close();
        const manifest = String(disk.files.get('/logs/MANIFEST'));
        for (const path of disk.files.keys()) {
          if (path !== '/logs/MANIFEST')
            expect(manifest, what).toContain(`"id":${Number.parseInt(path.slice(6), 10)},`);
        }
      }
    }
  }
  expect(failures).toBeGreaterThan(made.length / stride / 3);
});

test('SF-51: too many files are open from the moment on in which a segment is begun: none more stays open, and later it works', async () => {
  const disk = new PowerDisk();
  const records = new Records();
  const log = await LedLog.open(disk, records, store);
  for (let number = 1; number <= 5; number++) await log.write([['a', [text(number)]]]);
  const open = disk.descriptors;
  let opened = 0;
  disk.before = (call) => {
    if (call === 'open' && ++opened > 1) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
  };
  await expect(log.write([['a', [text(6)]]])).rejects.toMatchObject({ code: 'IO' });
  expect(opened, 'the new segment, and then the manifest').toBeGreaterThan(1);
  expect(disk.descriptors).toBe(open);
  disk.before = () => {};
  await log.write([['a', [text(6)]]]);
  expect([...((await log.read()).get('a')?.lines.values() ?? [])]).toEqual([1, 2, 3, 4, 5, 6].map(text));
  await log.close();
  expect(disk.descriptors).toBe(0);
});

import { isStoreError, type StoreError } from '@stepwell/core';
import { expect, test } from 'vitest';
import { flipBit } from '../fixtures/files.ts';
import { type Contents, LedLog, Records } from '../fixtures/led-log.ts';
import { PowerDisk } from '../fixtures/power-disk.ts';

/** Every so many bits one is turned over: a number without a divisor in common with 8, so that each place of a byte comes. */
const stride = Number(process.env.STEPWELL_BIT_STRIDE ?? 29);

/** A directory with all there is: a sealed segment, complete ones of frames, of all kinds, and the active one. */
async function logWithEverything(): Promise<{ disk: PowerDisk; records: Records; contents: Contents }> {
  let disk = new PowerDisk();
  const records = new Records();
  let log = await LedLog.open(disk, records, { boot: 'sunday' });
  for (let number = 1; number <= 5; number++)
    await log.write([
      ['a', [`${number}`]],
      ['b', [`b${number}`]],
    ]);
  await log.driver.maintenance?.compact?.({ full: true });
  await log.driver.maintenance?.collect?.({});
  await log.append('a', ['six']);
  await log.driver.sync();
  await log.append('a', ['lost']);
  await log.close();
  // A power cut takes a line that the records know.
  disk = disk.cutPower('none', Math.random);
  log = await LedLog.open(disk, records, { boot: 'monday' });
  expect(log.warnings).toMatchObject([{ id: 'log.lines.lost' }]);
  await log.write([['b', ['and']]], [['b', 2]]);
  await log.append('c', ['.'.repeat(4096)]);
  await log.append('a', ['the', 'end']);
  await log.append('c', ['of it']);
  const contents = await log.read();
  await log.close();
  expect([...disk.files.keys()].filter((path) => path.endsWith('.seg'))).toHaveLength(3);
  expect([...disk.files.keys()].filter((path) => path.endsWith('.sealed'))).toHaveLength(1);
  return { disk, records, contents };
}

interface Outcome {
  readonly contents?: Contents;
  readonly warnings: readonly string[];
  readonly error?: StoreError;
}

async function outcome(
  disk: PowerDisk,
  records: Records,
  options: { mode: 'read' | 'write'; boot: string },
): Promise<Outcome> {
  let log: LedLog | undefined;
  try {
    log = await LedLog.open(disk, records, options);
    const contents = await log.read();
    return { contents, warnings: log.warnings.map(({ id }) => id) };
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return { error, warnings: log?.warnings.map(({ id }) => id) ?? [] };
  } finally {
    await log?.close();
    expect(disk.descriptors).toBe(0);
  }
}

/** Nothing is wrong, and what is missing is told as lost. */
function expectTold(found: Contents, contents: Contents): void {
  for (const [stream, { lines, info }] of contents) {
    const now = found.get(stream);
    for (const [number, text] of lines) {
      const isLost = now?.info?.lost.some(({ from, to }) => from <= number && number <= to);
      if (now?.lines.get(number) !== text) expect([number, isLost]).toEqual([number, true]);
    }
    for (const number of now?.lines.keys() ?? []) expect(lines.has(number)).toBe(true);
    expect(now?.info?.lines).toBe(info?.lines);
  }
}

test('SF-50, SD-60: any bit that is turned over, and any cut, of any file: read as before, cut as a torn tail, or refused with file and offset', {
  timeout: 240_000,
}, async () => {
  const { disk, records, contents } = await logWithEverything();
  const tally = { same: 0, cut: 0, refused: 0 };
  const largest = Math.max(...[...disk.files.values()].map(({ length }) => length));
  const tries = [...disk.files].flatMap(([path, bytes]) => [
    ...Array.from({ length: Math.ceil((bytes.length * 8) / stride) }, (_, i) => ({
      path,
      bit: i * stride,
      end: undefined,
    })),
    ...Array.from({ length: Math.ceil((bytes.length * 8) / stride) }, (_, i) => ({
      path,
      bit: undefined,
      end: (i * stride) >> 3,
    })),
  ]);
  for (const [i, { path, bit, end }] of tries.entries()) {
    const bytes = disk.files.get(path) ?? Buffer.alloc(0);
    const damaged = bit === undefined ? bytes.subarray(0, end) : flipBit(bytes, bit);
    const mode = i % 2 === 0 ? 'write' : 'read';
    const boot = i % 4 < 2 ? 'monday' : 'tuesday';
    const copy = disk.copy();
    copy.remove(path);
    copy.put(path, damaged);
    const { pread } = copy.fileSystem;
    let asked = 0;
    copy.fileSystem.pread = (file, buffer, offset, length, position) => {
      asked = Math.max(asked, buffer.byteLength);
      return pread(file, buffer, offset, length, position);
    };
    const what = `${path} ${bit === undefined ? `cut at ${end}` : `bit ${bit}`}, ${mode}, ${boot}`;
    const { error, contents: found, warnings } = await outcome(copy, records, { mode, boot });
    expect(asked, `${what}: memory`).toBeLessThan(largest + 70_000);
    if (error !== undefined) {
      expect(['CORRUPT', 'SCHEMA_TOO_NEW'], `${what}: ${error.message}`).toContain(error.code);
      expect(error.details.file, `${what}: ${error.message}`).toBe(path);
      if (error.code === 'CORRUPT') expect(error.details.offset, what).toBeTypeOf('number');
      if (warnings.length === 0)
        expect(copy.files.get(path)?.equals(damaged), `${what}: left alone`).toBe(true);
      tally.refused += 1;
      continue;
    }
    if (found === undefined) throw new Error(what);
    try {
      expectTold(found, contents);
    } catch (cause) {
      throw new Error(what, { cause });
    }
    const isSame =
      JSON.stringify([...found].map(([name, { lines }]) => [name, [...lines]])) ===
      JSON.stringify([...contents].map(([name, { lines }]) => [name, [...lines]]));
    if (isSame) tally.same += 1;
    else {
      expect(warnings, what).not.toEqual([]);
      expect(path, what).toMatch(/\.seg$/);
      expect(boot, `${what}: only a power cut takes lines`).toBe('tuesday');
      tally.cut += 1;
    }
  }
  expect(tally.refused).toBeGreaterThan(tally.cut + tally.same);
  expect(tally.cut).toBeGreaterThan(0);
});

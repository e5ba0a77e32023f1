import { isStoreError } from '@stepwell/core';
import { expect, test } from 'vitest';
import { type Contents, LedLog, Records } from '../fixtures/led-log.ts';
import { PowerDisk, type Survival } from '../fixtures/power-disk.ts';
import { below, seeded } from '../fixtures/random.ts';

/** How many histories of three power cuts; a seed repeats one. */
const cuts = Number(process.env.STEPWELL_POWER_CUTS ?? 60);
const only = process.env.STEPWELL_POWER_SEED;
const seeds = only === undefined ? Array.from({ length: cuts }, (_, seed) => seed) : [Number(only)];

const survivals: readonly Survival[] = ['none', 'all', 'prefix', 'any'];
const streams = ['a', 'b', '__proto__', 'ü'];

class PowerCut extends Error {}

/** What may be missing after a power cut, and what may not. */
function check(records: Records, sure: number, contents: Contents): void {
  const { commits } = records;
  for (const [stream, { lines, info }] of contents) {
    const known = commits.flatMap((commit) =>
      commit.lines.flatMap((line) => (line.stream === stream ? [{ ...line, epoch: commit.epoch }] : [])),
    );
    const pruned = (upTo: number): number =>
      Math.max(
        0,
        ...commits.flatMap(({ epoch, prunes }) =>
          prunes.flatMap((prune) => (prune.stream === stream && epoch <= upTo ? [prune.through] : [])),
        ),
      );
    const [surely, maybe] = [pruned(sure), pruned(Number.POSITIVE_INFINITY)];
    const isLost = (number: number) =>
      info?.lost.some(({ from, to }) => from <= number && number <= to) ?? false;
    for (const { number, text, epoch } of known) {
      const found = lines.get(number);
      if (found !== undefined) {
        expect(found).toBe(text);
        expect(number, 'what is surely pruned is not seen').toBeGreaterThan(surely);
        continue;
      }
      const isTold = number <= maybe || isLost(number);
      expect(isTold, `line ${number} of ${stream} is missing, and nobody says so`).toBe(true);
      if (number > maybe) expect(epoch, 'what was promised to survive does').toBeGreaterThan(sure);
    }
    expect(lines.size, 'nothing is there that was not written').toBeLessThanOrEqual(known.length);
    for (const number of lines.keys()) expect(known.some((line) => line.number === number)).toBe(true);
  }
}

/** What the records say of lost lines and of prunes that did not come through is no more. */
function forget(records: Records, contents: Contents): void {
  records.commits = records.commits.map((commit) => ({
    ...commit,
    lines: commit.lines.filter(({ stream, number }) => contents.get(stream)?.lines.has(number)),
    prunes: commit.prunes.filter(({ stream, through }) => (contents.get(stream)?.info?.first ?? 1) > through),
  }));
}

async function work(log: LedLog, random: () => number): Promise<void> {
  const roll = (limit: number): number => below(random, limit);
  const pick = (): string => streams[roll(streams.length)] ?? 'a';
  const text = (): string => `${roll(1e9)} ${'.'.repeat(roll(900))}`;
  for (let step = 0; step < 60; step++) {
    const kind = roll(20);
    if (kind === 0) await log.driver.maintenance?.compact?.({ full: roll(2) === 0 });
    else if (kind === 1) await log.driver.maintenance?.collect?.({});
    else if (kind === 2) await log.write([], [[pick(), roll(3) === 0 ? undefined : roll(40)]]);
    else if (kind === 3) await log.driver.sync();
    else {
      const appends = Array.from({ length: 1 + roll(3) }, () => [pick(), [text(), text()]] as const);
      const durability = roll(4) === 0 ? 'power-loss' : 'process-crash';
      await log.write(appends, roll(8) === 0 ? [[pick(), roll(30)]] : [], durability);
    }
  }
}

test('S1, S2, S9: the power fails at any moment of writing, sealing, pruning, compacting and collecting, again and again', {
  timeout: 240_000,
}, async () => {
  for (const seed of seeds) {
    const random = seeded(seed);
    let disk = new PowerDisk();
    const records = new Records();
    try {
      for (let round = 0; round < 3; round++) {
        const at = 1 + below(random, 900);
        let isOff = false;
        const running = disk;
        running.before = (_call, nth) => {
          isOff ||= nth >= at;
          if (isOff) throw new PowerCut('the power is off');
        };
        running.count = 0;
        const open = async () => await LedLog.open(running, records, { boot: `boot ${round}` });
        await open()
          .then((log) => work(log, random))
          .catch((error: unknown) => {
            if (!isOff) throw error;
          });
        const sure = records.synced;
        running.before = () => {};
        const survival = survivals[below(random, survivals.length)] ?? 'none';
        disk = running.cutPower(survival, random);
        records.cutPower(random);

        const reader = await LedLog.open(disk, records, { boot: `boot ${round + 1}`, mode: 'read' }).catch(
          (error: unknown) => {
            // Where the power failed while it was made, there is none yet.
            if (records.epoch === 0 && isStoreError(error, 'NOT_FOUND')) return undefined;
            throw error;
          },
        );
        const seen = await reader?.read();
        if (seen !== undefined) check(records, sure, seen);
        await reader?.close();
        const log = await LedLog.open(disk, records, { boot: `boot ${round + 1}` });
        const contents = await log.read();
        check(records, sure, contents);
        if (seen !== undefined) expect(seen, 'a reader shows what recovery finds').toEqual(contents);
        expect((await log.driver.maintenance?.verify?.())?.problems).toEqual([]);
        await log.close();
        expect(disk.descriptors).toBe(0);
        const again = await LedLog.open(disk, records, { boot: `boot ${round + 1}` });
        expect(await again.read(), 'a second recovery finds the same').toEqual(contents);
        expect(again.warnings).toEqual([]);
        await again.driver.maintenance?.compact?.({ full: true });
        await again.driver.maintenance?.collect?.({});
        expect(await again.read()).toEqual(contents);
        await again.close();
        forget(records, contents);
      }
    } catch (error) {
      throw new Error(`seed ${seed}: STEPWELL_POWER_SEED=${seed}`, { cause: error });
    }
  }
});

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type LeaderState,
  type LogLine,
  type MaintenanceReport,
  memoryLocks,
  type StreamInfo,
  toArray,
} from '@stepwell/core';
import { crashAt } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { logCrashPoints } from '../crash/log-crash-points.ts';
import { contentsOf } from '../fixtures/files.ts';
import { below, seeded } from '../fixtures/random.ts';
import { dice, randomOps } from '../fixtures/random-history.ts';
import { sealLog } from '../fixtures/seal-log.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';
import { blockBytes, blockHeaderBytes, decodeBlockHeader } from '../format/sealed-block-header.ts';
import { sealedMagic } from '../format/sealed-format.ts';
import { decodeSegmentHeader } from '../format/segment-header.ts';
import { type SegmentName, segmentName } from '../format/segment-name.ts';
import { type RepairLogsOptions, repairLogs } from './repair-logs.ts';

const streams = ['build', 'test', 'ü', '__proto__', '🎉'];

/** What was ever written, and what was pruned of it. */
interface Model {
  readonly lines: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly pruned: ReadonlyMap<string, number>;
  readonly epoch: number;
}

interface History {
  readonly directory: string;
  readonly model: Model;
  readonly leader: LeaderState;
}

const plain = ({ stream, number, at, level, source, terminated, epoch, ordinal, bytes }: LogLine): string =>
  JSON.stringify([
    stream,
    number,
    at,
    level,
    source,
    terminated,
    epoch,
    ordinal,
    Buffer.from(bytes).toString('hex'),
  ]);

/** A log of sealed segments, complete ones of frames, and one that is appended to. */
async function makeHistory(seed: number, segmentBytes = 4096, commits = 60): Promise<History> {
  const directory = tempDirectory();
  const roll = dice(seed);
  const log = await TestLog.open(directory, { segmentBytes });
  const lines = new Map<string, Map<number, string>>(streams.map((name) => [name, new Map()]));
  let epoch = 0;
  const nexts = new Map<string, number>();
  for (let i = 0; i < commits; i++) {
    epoch = await log.write(randomOps(roll));
    await log.withView(async (view) => {
      for (const name of streams) {
        for await (const line of view.lines(name, { from: nexts.get(name) ?? 1 })) {
          lines.get(name)?.set(line.number, plain(line));
          nexts.set(name, line.number + 1);
        }
      }
    });
    if (i !== Math.floor(commits / 3) && i !== Math.floor(commits / 2)) continue;
    await sealLog(directory);
    await log.refresh();
  }
  const infos = await infosOf(log);
  await log.close();
  const pruned = new Map([...infos].map(([name, { first }]) => [name, first - 1]));
  const extents = Object.fromEntries([...infos].map(([name, info]) => [name, info.lines]));
  return { directory, model: { lines, pruned, epoch }, leader: leaderAt(epoch, epoch, extents) };
}

async function infosOf(log: TestLog): Promise<Map<string, StreamInfo>> {
  const infos = new Map<string, StreamInfo>();
  await log.withView(async (view) => {
    for (const name of streams) {
      const info = await view.info(name);
      if (info !== null && info !== undefined) infos.set(name, info);
    }
  });
  return infos;
}

const isUnknown = ({ problems }: MaintenanceReport): boolean =>
  problems.some(({ id }) => id === 'log.repair.unknown');

/** Opens what was repaired, and holds it against what was ever written; answers how many lines are missing. */
async function check(
  { model, leader }: History,
  directory: string,
  report: MaintenanceReport,
  led: boolean,
): Promise<number> {
  const log = await TestLog.open(directory, { segmentBytes: 4096, ...(led && { leader }) });
  const verified = await log.driver.maintenance?.verify?.();
  expect(verified?.problems).toEqual([]);
  const infos = await infosOf(log);
  const wrong: string[] = [];
  let missing = 0;
  await log.withView(async (view) => {
    for (const [name, written] of model.lines) {
      const pruned = model.pruned.get(name) ?? 0;
      const { lost = [], lines: end = 0, first = 1 } = infos.get(name) ?? {};
      const shown = new Map((await toArray(view.lines(name))).map((line) => [line.number, plain(line)]));
      for (const [number, line] of shown) {
        if (number <= pruned && !isUnknown(report)) wrong.push(`line ${number} of ${name} is shown again`);
        if (number > pruned && line !== written.get(number))
          wrong.push(`line ${number} of ${name} is another`);
      }
      for (const number of written.keys()) {
        if (shown.has(number) || number <= pruned) continue;
        missing += 1;
        const isLost = lost.some(({ from, to }) => from <= number && number <= to);
        // Alone, a log that ends with a whole frame is whole.
        const isBehind = number > end && !led && (isUnknown(report) || !report.performed);
        if (!isLost && number >= first && !isBehind)
          wrong.push(`line ${number} of ${name} is missing, and nobody says so`);
      }
    }
  });
  expect(wrong).toEqual([]);
  // What is written from now on follows what there was.
  expect(await log.append('build', 'more')).toBeGreaterThan(led ? model.epoch : 0);
  await log.close();
  return missing;
}

function copyOf({ directory }: History): string {
  const copy = tempDirectory();
  cpSync(directory, copy, { recursive: true });
  return copy;
}

interface Damage {
  readonly what: string;
  readonly file: string;
  apply(bytes: Buffer): Buffer | undefined;
}

/** Files of the segments that the manifest names. */
function segmentsOf(directory: string): string[] {
  const [, body = ''] = readFileSync(join(directory, 'MANIFEST'), 'utf8').split('\n');
  const { segments } = JSON.parse(body) as { segments: SegmentName[] };
  return segments.map(segmentName);
}

/** Damage of each kind of each file: bytes turned over, the end cut off or added to, and no file at all. */
function* damagesOf(directory: string, seed: number): Generator<Damage> {
  const random = seeded(seed);
  for (const file of ['MANIFEST', ...segmentsOf(directory)]) {
    const { length } = readFileSync(join(directory, file));
    const flip = (offset: number): Damage => ({
      what: `${file}: byte ${offset} of ${length} turned over`,
      file,
      apply: (bytes) => {
        bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
        return bytes;
      },
    });
    for (const offset of [3, 20, 34, 66, length - 3, length - 30, length - 60, below(random, length)])
      if (offset < length && offset >= 0) yield flip(offset);
    for (const size of [0, 40, 64, below(random, length), length - 1])
      yield {
        what: `${file} cut to ${size} of ${length} bytes`,
        file,
        apply: (bytes) => bytes.subarray(0, size),
      };
    yield {
      what: `${file} with more behind it`,
      file,
      apply: (bytes) => Buffer.concat([bytes, Buffer.alloc(1000, 'x')]),
    };
    yield { what: `${file} deleted`, file, apply: () => undefined };
  }
}

function inflict(directory: string, { file, apply }: Damage): Buffer | undefined {
  const path = join(directory, file);
  const damaged = apply(readFileSync(path));
  if (damaged === undefined) rmSync(path);
  else writeFileSync(path, damaged);
  return damaged;
}

async function changesNothing(options: RepairLogsOptions): Promise<void> {
  const before = contentsOf(options.directory);
  const { performed } = await repairLogs({ ...options, dryRun: true });
  expect(performed).toBe(false);
  expect(contentsOf(options.directory)).toEqual(before);
}

test.each([1, 2])(
  'SD-72: whatever is damaged, what can be read is kept (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const history = await makeHistory(seed);
    const random = seeded(seed);
    const turn = below(random, 7);
    let number = 0;
    for (const damage of damagesOf(history.directory, seed)) {
      number += 1;
      if (number % 7 !== turn) continue;
      const led = random() < 0.5;
      const directory = copyOf(history);
      const damaged = inflict(directory, damage);
      const options = { directory, locks: memoryLocks(), ...(led && { leader: history.leader }) };
      try {
        if (random() < 0.3) await changesNothing(options);
        const report = await repairLogs(options);
        if (report.performed) {
          expect(report.problems).not.toEqual([]);
          const kept = report.problems
            .filter(({ id }) => id === 'log.repair.kept')
            .map(({ where }) => readFileSync(where));
          if (damaged !== undefined) expect(kept.some((bytes) => bytes.equals(damaged))).toBe(true);
        }
        expect((await repairLogs(options)).performed).toBe(false);
        await check(history, directory, report, led);
      } catch (error) {
        throw new Error(`${damage.what}${led ? ', under a leader' : ''}`, { cause: error });
      }
    }
    expect(number).toBeGreaterThan(50);
  },
);

/** Where the blocks of a sealed segment stand. */
function blocksOf(bytes: Buffer, id: number): { offset: number; rows: number }[] {
  const { salt = 0 } = decodeSegmentHeader(bytes.subarray(0, 64), sealedMagic) ?? {};
  const blocks: { offset: number; rows: number }[] = [];
  for (let offset = 64; bytes.toString('latin1', offset, offset + 4) === 'SWBL'; ) {
    const header = decodeBlockHeader(bytes.subarray(offset, offset + blockHeaderBytes), {
      segment: id,
      offset,
      salt,
    });
    blocks.push({ offset, rows: header.rows });
    offset += blockBytes(header);
  }
  return blocks;
}

test('SD-72: damage of a block loses its lines, damage of what leads to blocks loses none', {
  timeout: 60_000,
}, async () => {
  const history = await makeHistory(3, 8192, 150);
  const size = (name: string) => readFileSync(join(history.directory, name)).length;
  const sealed = segmentsOf(history.directory).filter((name) => name.endsWith('.sealed'));
  const [file = ''] = sealed.sort((a, b) => size(b) - size(a));
  const bytes = readFileSync(join(history.directory, file));
  const blocks = blocksOf(bytes, Number.parseInt(file, 10));
  expect(blocks.length).toBeGreaterThan(3);
  const behind = (blocks.at(-1)?.offset ?? 0) + 400;
  const places = [
    ...blocks.slice(0, 4).map(({ offset, rows }) => ({ at: offset + 85, most: rows })),
    ...[1, 33, 62, behind, bytes.length - 50, bytes.length - 10].map((at) => ({ at, most: 0 })),
  ];
  const inLast = (at: number) => at === behind && bytes.subarray(0, at).lastIndexOf('SWDP') < 0;
  for (const { at, most } of places) {
    if (inLast(at)) continue;
    const directory = copyOf(history);
    inflict(directory, {
      what: '',
      file,
      apply: (old) => {
        old[at] = (old[at] ?? 0) ^ 0x10;
        return old;
      },
    });
    const options = { directory, locks: memoryLocks(), leader: history.leader };
    const report = await repairLogs(options);
    expect(report.performed, `byte ${at}`).toBe(true);
    expect(await check(history, directory, report, true), `byte ${at}`).toBeLessThanOrEqual(most);
  }
});

const repairPoints = logCrashPoints.filter((point) => /^log:(repair|manifest)\./.test(point));

test.each(repairPoints)('S7: a repair that dies at %s is gone on with', async (point) => {
  const history = await makeHistory(4, 4096, 30);
  const segments = segmentsOf(history.directory);
  const damages = [segments[0] ?? '', segments.at(-1) ?? '', 'MANIFEST'];
  for (const [i, file] of damages.entries()) {
    for (const hit of point.startsWith('log:manifest') ? [1, 2] : [1]) {
      const directory = copyOf(history);
      const damage = (bytes: Buffer) => {
        bytes[70] = (bytes[70] ?? 0) ^ 1;
        return bytes;
      };
      const damaged = inflict(directory, { what: '', file, apply: damage });
      const options = { directory, locks: memoryLocks(), leader: history.leader };
      const first = await repairLogs({ ...options, dryRun: true });
      {
        using armed = crashAt(point, { mode: 'throw', hit, declared: logCrashPoints });
        await repairLogs(options).catch((error: unknown) => expect(armed.fired, String(error)).toBe(true));
      }
      await repairLogs(options);
      expect((await repairLogs(options)).performed).toBe(false);
      await check(history, directory, first, true);
      const kept = readdirSync(join(directory, 'damaged')).map((name) =>
        readFileSync(join(directory, 'damaged', name)),
      );
      expect(
        kept.some((bytes) => damaged !== undefined && bytes.equals(damaged)),
        `${i} ${hit}`,
      ).toBe(true);
    }
  }
});

test('SD-72: a log that is open is not repaired, one that is sound is left as it is', async () => {
  const { directory } = await makeHistory(5, 4096, 30);
  const before = contentsOf(directory);
  const locks = memoryLocks();
  const report = await repairLogs({ directory, locks });
  expect(report).toMatchObject({ performed: false, problems: [] });
  expect(contentsOf(directory)).toEqual(before);
  const lock = await locks.acquire('compaction', { mode: 'exclusive' });
  await expect(repairLogs({ directory, locks })).rejects.toMatchObject({ code: 'LOCKED' });
  await lock.release();
});

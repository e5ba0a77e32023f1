import { readdirSync } from 'node:fs';
import { appendLines, type LogLineInit } from '@stepwell/core';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import { below, seeded } from '../fixtures/random.ts';
import { type ModelLine, type ModelStream, readAll } from '../fixtures/sealed-model.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { leaderAt, TestLog } from '../fixtures/test-log.ts';
import { encodeFlags } from '../format/line-flags.ts';
import { compareUtf8 } from '../index/compare-utf8.ts';
import { SealedSegment } from '../sealed/sealed-segment.ts';
import { ManifestFile } from '../segment/manifest-file.ts';
import type { CompactionPlace, SegmentInput } from './compaction-job.ts';
import { mergeSegments } from './merge.ts';
import { LoopPace } from './pace.ts';
import { sealSegment } from './seal.ts';
import { surveyPrunes } from './survey.ts';

const names = ['build', 'a', '\u{1f389}', '\uffff', '__proto__', 'é'];

/** What lines were written, by stream. */
class Model {
  readonly streams: Map<string, { lines: ModelLine[]; lost: { from: number; to: number }[] }> = new Map();

  add(name: string, epoch: number, ordinal: number, line: Required<LogLineInit>): void {
    const stream = this.stream(name);
    const { level, source, terminated, at } = line;
    stream.lines.push({
      number: this.next(name),
      content: Buffer.from(line.content).toString('latin1'),
      at,
      flags: encodeFlags({ level, source, terminated }),
      epoch,
      ordinal,
    });
  }

  next(name: string): number {
    const { lines, lost } = this.stream(name);
    return Math.max(lines.at(-1)?.number ?? 0, lost.at(-1)?.to ?? 0) + 1;
  }

  stream(name: string) {
    const known = this.streams.get(name);
    if (known !== undefined) return known;
    const stream = { lines: [], lost: [] };
    this.streams.set(name, stream);
    return stream;
  }

  /** All streams, once lines up to `prunes` are gone. */
  expected(prunes: ReadonlyMap<string, number> = new Map()): ModelStream[] {
    return [...this.streams.keys()].sort(compareUtf8).map((name) => {
      const { lines, lost } = this.stream(name);
      const prunedThrough = prunes.get(name) ?? 0;
      return {
        name,
        lines: lines.filter(({ number }) => number > prunedThrough),
        next: this.next(name),
        lost: lost
          .filter(({ to }) => to > prunedThrough)
          .map(({ from, to }) => ({ from: Math.max(from, prunedThrough + 1), to })),
        prunedThrough: Math.min(prunedThrough, this.next(name) - 1),
      };
    });
  }
}

/** Writes some segments of frames; answers what is in them, and where they are. */
async function writeFrames(seed: number) {
  const random = seeded(seed);
  const directory = tempDirectory();
  const model = new Model();
  const log = await TestLog.open(directory, { segmentBytes: 8 * 1024 });
  const levels = ['debug', 'info', 'warning', 'error'] as const;
  for (let commits = 0; commits < 120; commits++) {
    const epoch = log.head.epoch + 1;
    let ordinal = 0;
    const ops = Array.from({ length: 1 + below(random, 4) }, () => {
      const name = names[below(random, names.length)] ?? 'a';
      const lines = Array.from({ length: below(random, 6) }, () => {
        const line = {
          content: Buffer.from(Array.from({ length: below(random, 90) }, () => below(random, 256))),
          at: 1000 + below(random, 500),
          level: levels[below(random, 4)] ?? 'info',
          source: (['log', 'stdout', 'stderr'] as const)[below(random, 3)] ?? 'log',
          terminated: random() < 0.8,
        };
        model.add(name, epoch, ordinal++, line);
        return line;
      });
      return appendLines(name, lines);
    });
    await log.write(ops);
  }
  await log.close();
  return await withLost(directory, model, log.head.epoch);
}

/** After a power cut some lines are lost, and more are written behind them. */
async function withLost(directory: string, model: Model, epoch: number) {
  const extents = Object.fromEntries(names.map((name, i) => [name, model.next(name) - 1 + (i % 3) * 10]));
  const leader = leaderAt(epoch + 1, epoch + 1, extents);
  const log = await TestLog.open(directory, { segmentBytes: 8 * 1024, boot: 'next', leader });
  for (const name of names) {
    const from = model.next(name);
    const to = extents[name] ?? 0;
    if (to >= from) model.stream(name).lost.push({ from, to });
  }
  log.head = { ...log.head, epoch: epoch + 1 };
  // The last one is larger than a segment, so that all before it are complete.
  for (const [i, name] of names.entries()) {
    const line = {
      content: Buffer.alloc(i === 5 ? 9000 : 1500, 'x'),
      at: 1,
      level: 'info',
      source: 'log',
      terminated: true,
    } as const;
    if (i < 5) model.add(name, log.head.epoch + 1, 0, line);
    await log.write([appendLines(name, [line])]);
  }
  await log.close();
  const manifest = new ManifestFile(nodeFileSystem, directory).read();
  if (manifest === undefined) throw new Error('there is no manifest');
  const place: CompactionPlace = { directory, store: manifest.store, compression: 'deflate' };
  return { place, model, frames: manifest.segments.slice(0, -1), lastEpoch: log.head.epoch - 1 };
}

const pace = () => new LoopPace(new AbortController().signal);

async function sealAll(
  { place, frames }: { place: CompactionPlace; frames: readonly SegmentInput[] },
  prunes: ReadonlyMap<string, number> = new Map(),
) {
  const sealed: (SegmentInput & { lastEpoch: number; dropped: number })[] = [];
  for (const [i, input] of frames.entries()) {
    const made = await sealSegment(
      nodeFileSystem,
      place,
      { kind: 'seal', input, earlier: [], output: 100 + i, prunes },
      pace(),
    );
    sealed.push({ id: 100 + i, ...made });
  }
  return sealed;
}

function contentsOf({ directory, store }: CompactionPlace, { id, bytes }: SegmentInput): ModelStream[] {
  const segment = SealedSegment.open(nodeFileSystem, directory, id, store, bytes);
  const streams = readAll(segment);
  segment.close();
  return streams;
}

test.each([1, 2, 3, 4, 5])(
  'sealed and merged segments hold every line as it was written (seed %i)',
  async (seed) => {
    const written = await writeFrames(seed);
    const { place, model, lastEpoch } = written;
    expect(written.frames.length).toBeGreaterThan(3);
    const sealed = await sealAll(written);
    const job = {
      kind: 'merge',
      inputs: sealed,
      later: [],
      output: 200,
      lastEpoch,
      prunes: new Map(),
    } as const;
    const merged = await mergeSegments(nodeFileSystem, place, job, pace());
    expect(contentsOf(place, { id: 200, bytes: merged.bytes })).toEqual(model.expected());
    expect(merged).toMatchObject({ dropped: 0, lastEpoch: sealed.at(-1)?.lastEpoch });
    expect(sealed.at(-1)?.lastEpoch).toBe(lastEpoch);
    // Each segment by itself has the lines of its epochs.
    let epoch = 0;
    for (const one of sealed) {
      const lines = contentsOf(place, one).flatMap((stream) => stream.lines);
      for (const line of lines) expect(line.epoch > epoch && line.epoch <= one.lastEpoch).toBe(true);
      epoch = one.lastEpoch;
    }
  },
);

test.each([6, 7, 8])('no line that was pruned is in what is written (seed %i)', async (seed) => {
  const written = await writeFrames(seed);
  const { place, model, lastEpoch } = written;
  const prunes = new Map([
    ['build', Math.floor(model.next('build') / 2)],
    ['a', model.next('a') - 1],
    ['\uffff', 3],
    // In the middle of what was lost.
    ['é', (model.stream('é').lost[0]?.from ?? 0) + 4],
  ]);
  const prunedLines = [...prunes].reduce(
    (sum, [name, through]) => sum + model.stream(name).lines.filter(({ number }) => number <= through).length,
    0,
  );

  // At once, when they are sealed …
  const early = await sealAll({ ...written, place: { ...place } }, prunes);
  expect(early.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(prunedLines);
  const job = { kind: 'merge', inputs: early, later: [], output: 200, lastEpoch, prunes: new Map() } as const;
  const one = await mergeSegments(nodeFileSystem, place, job, pace());
  expect(contentsOf(place, { id: 200, bytes: one.bytes })).toEqual(model.expected(prunes));
  expect(one.dropped).toBe(0);

  // … or when they are merged: by what frames say, or a sealed segment behind them.
  for (const { id } of early) nodeFileSystem.unlink(`${place.directory}/00000${id}.sealed`);
  const sealed = await sealAll(written);
  const survey = await surveyPrunes(
    nodeFileSystem,
    place,
    { kind: 'survey', segments: sealed, prunes },
    pace(),
  );
  expect(survey.reduce((sum, { pruned }) => sum + pruned, 0)).toBe(prunedLines);
  expect(survey.reduce((sum, { lines }) => sum + lines, 0)).toBe(
    [...model.streams.values()].reduce((sum, { lines }) => sum + lines.length, 0),
  );
  const half = sealed.slice(0, 2);
  const later = { id: 200, bytes: one.bytes };
  const first = await mergeSegments(
    nodeFileSystem,
    place,
    { ...job, inputs: half, later: [...sealed.slice(2), later], output: 201 },
    pace(),
  );
  const kept = contentsOf(place, { id: 201, bytes: first.bytes });
  const epochs = half.at(-1)?.lastEpoch ?? 0;
  expect(kept.flatMap(({ lines }) => lines)).toEqual(
    model.expected(prunes).flatMap(({ lines }) => lines.filter((line) => line.epoch <= epochs)),
  );
});

test('S11: a seal that is aborted leaves nothing', async () => {
  const written = await writeFrames(9);
  const before = readdirSync(written.place.directory);
  const stop = new AbortController();
  stop.abort();
  const [input] = written.frames;
  if (input === undefined) throw new Error('there are no frames');
  const job = { kind: 'seal', input, earlier: [], output: 100, prunes: new Map<string, number>() } as const;
  const sealing = sealSegment(nodeFileSystem, written.place, job, new LoopPace(stop.signal));
  await expect(sealing).rejects.toMatchObject({ code: 'ABORTED' });
  expect(readdirSync(written.place.directory)).toEqual(before);
});

/*
 * B10: the size on disk of build logs, once they are sealed: all files of the log, with every index. Beside it, the same
 * text as `zstd -3` compresses it in one piece, one file a stream; where there is no zstd, as gzip does, which is larger.
 *
 * Each stream is a build of its own, written as a program would: some lines at a time, with their times, a few of them
 * from stderr, many streams at once.
 */
import { execFile } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { appendLines } from 'stepwell';
import { buildLog, Dice } from './lib/build-log.mjs';
import { check } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withStore } from './lib/stores.mjs';

const streams = 20;

export async function run({ quick }) {
  const builds = Array.from({ length: streams }, (_, n) => build(n + 1, quick ? 5_000 : 50_000));
  return await withStore(async ({ store }, directory) => {
    await writeAll(store, builds);
    await store.maintenance.compact({ full: true });
    await checkAll(store, builds);
    const ours = await sizeOf(join(directory, 'logs'));
    const plain = builds.reduce((sum, lines) => sum + textOf(lines).length, 0);
    const peer = await compressed(builds, directory);
    console.error(
      `${plain} bytes of text, ${(plain / ours).toFixed(1)} times what they take when they are sealed`,
    );
    const megabytes = (bytes) => bytes / 2 ** 20;
    return [
      figure('B10 sealed build logs, index included', {
        value: megabytes(ours),
        unit: 'MiB',
        peer: peer.name,
        peerValue: megabytes(peer.bytes),
        goal: '≤ 1.3',
      }),
    ];
  });
}

function build(seed, length) {
  const dice = new Dice(seed);
  const lines = [];
  let at = 1_760_000_000_000 + seed;
  for (const content of buildLog(seed)) {
    if (dice.below(5) < 2) at += dice.below(12);
    lines.push({ content, at, source: dice.below(30) === 0 ? 'stderr' : 'stdout' });
    if (lines.length === length) return lines;
  }
}

/** One write a build at a time, so that their lines share commits. */
async function writeAll(store, builds) {
  const dice = new Dice(0);
  const written = builds.map(() => 0);
  while (written.some((count, n) => count < builds[n].length)) {
    const writes = builds.map((lines, n) => {
      const piece = lines.slice(written[n], written[n] + 1 + dice.below(40));
      written[n] += piece.length;
      return piece.length > 0 ? store.write([appendLines(nameOf(n), piece)]) : undefined;
    });
    await Promise.all(writes);
  }
}

async function checkAll(store, builds) {
  await store.withSnapshot(async ({ view }) => {
    for (const [n, lines] of builds.entries()) {
      let seen = 0;
      for await (const { text, at, source } of view.logs.lines(nameOf(n))) {
        const expected = lines[seen];
        check(
          text === expected?.content && at === expected.at && source === expected.source,
          `line ${seen + 1} of ${nameOf(n)} is another one`,
        );
        seen += 1;
      }
      check(seen === lines.length, `${seen} of ${lines.length} lines of ${nameOf(n)} came back`);
    }
  });
}

async function sizeOf(directory) {
  let bytes = 0;
  let sealed = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { size } = await stat(join(directory, entry.name));
    bytes += size;
    if (entry.name.endsWith('.sealed')) sealed += size;
  }
  check(sealed > 0.9 * bytes, 'not all of the logs are sealed');
  return bytes;
}

async function compressed(builds, directory) {
  let bytes = 0;
  try {
    for (const lines of builds) {
      const file = join(directory, 'plain.txt');
      await writeFile(file, textOf(lines));
      const { stdout } = await promisify(execFile)('zstd', ['-3', '-q', '-c', file], {
        encoding: 'buffer',
        maxBuffer: 2 ** 30,
      });
      bytes += stdout.length;
    }
    return { name: 'zstd -3', bytes };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.error('there is no zstd here: beside it is gzip, which is larger, so the goal is easier to meet');
    return { name: 'gzip', bytes: builds.reduce((sum, lines) => sum + gzipSync(textOf(lines)).length, 0) };
  }
}

function textOf(lines) {
  return Buffer.from(lines.map(({ content }) => `${content}\n`).join(''));
}

function nameOf(n) {
  return `execution-${String(n).padStart(5, '0')}/compile`;
}

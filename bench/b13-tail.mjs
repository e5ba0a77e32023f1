/*
 * B13: how long a line takes from the process that writes it to another one that follows: `tail` of a store beside
 * `tail -F` of a plain file, both written to at 10,000 lines a second by a child. What a line took is known from the time
 * that it begins with; the first half second is left out.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { open, openReadOnly, tail } from 'stepwell';
import { check, paired } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { withDirectory } from './lib/stores.mjs';
import { temporaryDirectory } from './lib/temporary.mjs';

const perMillisecond = 10;
const warmUp = 500;

export async function run({ quick }) {
  const milliseconds = warmUp + (quick ? 1_000 : 4_000);
  const spread = { store: [], file: [] };
  const side = (kind, follow) => async () => {
    const delays = await delaysOf(kind, follow, milliseconds);
    spread[kind].push(
      ['p50', 'p90', 'p99', 'max'].map((name, place) => `${name} ${at(delays, [0.5, 0.9, 0.99, 1][place])}`),
    );
    return Number(at(delays, 0.99));
  };
  const { rates, ratios } = await paired(quick ? 3 : 5, {
    store: side('store', followStore),
    file: side('file', followFile),
  });
  for (const [kind, rounds] of Object.entries(spread))
    console.error(`B13: ms to follow a ${kind}: ${rounds.map((round) => round.join(', ')).join(' | ')}`);
  return [
    figure('B13 a line to another process, p99', {
      value: rates.store,
      unit: 'ms',
      peer: 'tail -F of a file',
      peerValue: rates.file,
      ratio: ratios.file,
      goal: '≤ 2',
    }),
  ];
}

/** What each line took, in milliseconds, in rising order. */
async function delaysOf(kind, follow, milliseconds) {
  return await withDirectory(await temporaryDirectory(), async (directory) => {
    const path = join(directory, kind);
    if (kind === 'store') await (await open(path)).close();
    else writeFileSync(path, '');
    const script = new URL('./lib/line-writer.mjs', import.meta.url);
    const writer = fork(script, [kind, path, String(milliseconds)]);
    const ended = once(writer, 'exit');
    await once(writer, 'message');
    const delays = [];
    const count = milliseconds * perMillisecond;
    const following = follow(path, count, (text) => {
      delays.push(Number(process.hrtime.bigint() - BigInt(text.slice(0, text.indexOf(' ')))) / 1e6);
    });
    writer.send('go');
    await following;
    await ended;
    check(delays.length === count, `${delays.length} lines instead of ${count}`);
    return delays.slice(warmUp * perMillisecond).sort((a, b) => a - b);
  });
}

async function followStore(path, count, take) {
  const { store, close } = await openReadOnly(path);
  let left = count;
  for await (const { text } of tail(store, 'a')) {
    take(text);
    left -= 1;
    if (left === 0) break;
  }
  await close();
}

async function followFile(path, count, take) {
  const child = spawn('tail', ['-n', '+1', '-F', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let left = count;
  for await (const text of createInterface({ input: child.stdout })) {
    take(text);
    left -= 1;
    if (left === 0) break;
  }
  child.kill();
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
}

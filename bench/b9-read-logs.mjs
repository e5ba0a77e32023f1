/*
 * B9: reading build logs that are sealed: a random page of 1,000 lines, the last 100, a search for a text, a count of it;
 * in one long stream, and over 1,000 finished runs. Beside it, the same lines as plain text files of which somebody knows
 * where each line begins, and `grep -F` of them.
 *
 * The files of both sides are in the cache of the system. Pages are at random places, of random runs, so that next to none is in
 * that of the store; the end of the one long stream is, after the first time. Both sides make a text of each line.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { appendLines } from 'stepwell';
import { buildLog, Dice } from './lib/build-log.mjs';
import { check, paired, perSecond } from './lib/paired.mjs';
import { IndexedText } from './lib/peers/indexed-text.mjs';
import { figure } from './lib/report.mjs';
import { withStore } from './lib/stores.mjs';

const pageLines = 1_000;
const lastLines = 100;
const linesAtOnce = 5_000;
/** Planted now and then. It has no letter that a search for bytes could make much of. */
const wanted = 'error: undefined reference to';
const linesBetween = 9_973;

export async function run({ quick }) {
  const long = [{ name: 'long', lines: quick ? 300_000 : 10_000_000 }];
  const runs = Array.from({ length: 1_000 }, (_, n) => ({
    name: `execution-${String(n).padStart(4, '0')}`,
    lines: quick ? 100 + (n % 200) : 1_000 + (n % 2_000),
  }));
  const rounds = quick ? 3 : 7;
  return [
    ...(await withLogs(long, (logs) => measure(logs, `${long[0].lines / 1e6}M lines`, rounds))),
    ...(await withLogs(runs, (logs) => measure(logs, '1,000 runs', rounds))),
  ];
}

/** Runs `work` on a view of streams that are sealed, and on the same as text files. */
async function withLogs(streams, work) {
  return await withStore(async ({ store }, directory) => {
    const texts = [];
    let before = 0;
    for (const [n, { name, lines }] of streams.entries()) {
      const text = new IndexedText(join(directory, `${name}.txt`), name);
      texts.push(text);
      for (const piece of pieces(n + 1, lines, before)) {
        await store.write([appendLines(name, piece)]);
        text.append(piece);
      }
      before += lines;
      text.finish({ keepOpen: streams.length === 1 });
    }
    await store.maintenance.compact({ full: true });
    try {
      return await store.withSnapshot(({ view }) => work({ view: view.logs, texts }));
    } finally {
      for (const text of texts) text.close();
    }
  });
}

/** A build log, with what is looked for planted now and then. */
function* pieces(seed, lines, before) {
  const source = buildLog(seed);
  for (let written = 0; written < lines; written += linesAtOnce) {
    yield Array.from({ length: Math.min(linesAtOnce, lines - written) }, (_, i) => {
      const { value } = source.next();
      const isPlanted = (before + written + i) % linesBetween === 0;
      return isPlanted ? `${value.slice(0, 40)}: ${wanted} '${seed}'` : value;
    });
  }
}

async function measure(logs, of, rounds) {
  const { texts } = logs;
  return [
    await pages(logs, `a page of ${of}`, rounds, 100, ({ count }, dice) => {
      const from = 1 + dice.below(Math.max(1, count - pageLines));
      return { from, to: Math.min(count, from + pageLines - 1) };
    }),
    await pages(logs, `the last ${lastLines} of ${of}`, rounds, 100, () => ({
      last: lastLines,
    })),
    await grep(`a search of ${of}`, rounds, texts, ['-F', '-h'], async () => {
      const found = [];
      for await (const { line } of logs.view.search(wanted)) found.push(line.text);
      return found;
    }),
    await grep(`a count in ${of}`, rounds, texts, ['-F', '-c', '-h'], async () => {
      const found = new Map();
      for await (const { stream, lines } of logs.view.counts(wanted)) found.set(stream, lines);
      return texts.map(({ name }) => String(found.get(name) ?? 0));
    }),
  ];
}

/** Reads ranges of random streams, and says how long one takes. */
async function pages({ view, texts }, what, rounds, each, rangeOf) {
  let seed = 0;
  const choose = () => {
    const dice = new Dice(++seed);
    return Array.from({ length: each }, () => {
      const text = dice.pick(texts);
      return { text, range: rangeOf(text, dice) };
    });
  };
  const ours = async ({ text, range }) => {
    const lines = [];
    for await (const line of view.lines(text.name, range)) lines.push(line.text);
    return lines;
  };
  const peer = ({ text, range }) => text.read(range);
  for (const page of choose()) {
    const [expected, found] = [peer(page), await ours(page)];
    check(found.length > 0 && found.join('\n') === expected.join('\n'), `${what}: other lines`);
  }
  const timed = (read) => async () => {
    const chosen = choose();
    const started = performance.now();
    for (const page of chosen) await read(page);
    return (performance.now() - started) / each;
  };
  const { rates, ratios } = await paired(rounds, { ours: timed(ours), peer: timed(peer) });
  const { ours: value, peer: peerValue } = rates;
  const beside = { unit: 'ms', peer: 'text with an index', goal: '≤ 5' };
  return figure(`B9 ${what}`, { value, peerValue, ratio: ratios.peer, ...beside });
}

/** A search through all streams beside `grep`, in MB of text a second. */
async function grep(what, rounds, texts, options, ours) {
  const bytes = texts.reduce((sum, text) => sum + text.bytes, 0);
  const files = texts.map(({ path }) => path);
  const peer = () => {
    const { status, stdout } = spawnSync('grep', [...options, '--', wanted, ...files], {
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 2 ** 30,
      encoding: 'utf8',
    });
    check(status === 0, 'grep finds nothing');
    return stdout.trimEnd().split('\n');
  };
  const expected = peer().join('\n');
  const timed = (search) => async () => {
    let found;
    const rate = await perSecond(bytes / 1e6, async () => {
      found = await search();
    });
    check(found.join('\n') === expected, `${what}: other lines`);
    return rate;
  };
  const { rates, ratios } = await paired(rounds, { ours: timed(ours), peer: timed(peer) });
  const { ours: value, peer: peerValue } = rates;
  const beside = { unit: 'MB/s', peer: `grep ${options[0]}`, goal: '≥ 0.3' };
  return figure(`B9 ${what}`, { value, peerValue, ratio: ratios.peer, ...beside });
}

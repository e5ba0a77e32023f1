/*
 * B8: lines of some 110 bytes are appended to 100 streams, a piece of 500 for one stream and then for the next, by
 * `store.write([appendLines()])`, a piece each and all streams at once, and by `step.log()`, one line each. Beside them:
 *
 *   hand-written        a text that grows for each stream, written with one `writeSync` whenever it is 64 KB long
 *   createWriteStream   one for each stream, one `write` for each line
 *   pino                one destination for each stream, buffers of 64 KB
 *
 * What `write` has resolved survives the death of the process; the peers hold up to 64 KB of each stream that does not.
 * Then the same with every line on the device within 10 ms, beside a text that is written and synced as often.
 */
import { readFile, stat } from 'node:fs/promises';
import { appendLines } from 'stepwell';
import { check, median, paired, perSecond } from './lib/paired.mjs';
import { byHand, byHandToDevice, fileOf, pinos, writeStreams } from './lib/peers/line-files.mjs';
import { linesOf, pieceLines, pieceOf, streams, turnsOf } from './lib/pieces.mjs';
import { figure } from './lib/report.mjs';
import { withDirectory, withStore } from './lib/stores.mjs';
import { temporaryDirectory } from './lib/temporary.mjs';

/** Milliseconds from one group commit to the next where the power may fail. */
const groupEvery = 10;

export async function run({ quick }) {
  const turns = turnsOf(quick ? 500_000 : 5_000_000);
  // The rate of those who take their time does not depend on how many there are.
  const fewer = turns / 10;
  const powerLoss = { durability: 'power-loss' };
  const crash = await paired(5, {
    write: () => withStore((stepwell) => byWrite(stepwell, turns)),
    log: () => withStore((stepwell) => byLog(stepwell, turns)),
    byHand: () => inDirectory((directory) => byLine(byHand(directory), directory, turns)),
    writeStreams: () => inDirectory((directory) => byLine(writeStreams(directory), directory, fewer)),
    pinos: () => inDirectory((directory) => byLine(pinos(directory), directory, fewer)),
  });
  const power = await paired(5, {
    write: () => withStore((stepwell) => byWriteEvery(stepwell, turns), powerLoss),
    log: () => withStore((stepwell) => byLog(stepwell, turns), powerLoss),
    byHand: () => inDirectory((directory) => everyTenMs(byHandToDevice(directory), directory, turns)),
  });
  return [
    ...['write', 'log'].flatMap((side) => [
      beside(crash, side, 'byHand', 'hand-written, no framing', '≥ 0.6'),
      beside(crash, side, 'writeStreams', 'createWriteStream', '≥ 2'),
      beside(crash, side, 'pinos', 'pino', '≥ 5'),
    ]),
    beside(power, 'write', 'byHand', 'hand-written, one file', '≥ 0.6', ', power loss'),
    beside(power, 'log', 'byHand', 'hand-written, one file', '≥ 0.6', ', power loss'),
  ];
}

const names = { write: 'write', log: 'step.log' };

function beside({ rates, seen }, side, peer, peerName, goal, what = '') {
  return figure(`B8 append lines by ${names[side]}${what}`, {
    value: rates[side],
    unit: 'lines/s',
    peer: peerName,
    peerValue: rates[peer],
    ratio: median(seen[side].map((rate, round) => rate / seen[peer][round])),
    goal,
  });
}

async function byWrite({ store }, turns) {
  const rate = await perSecond(linesIn(turns), async () => {
    for (let turn = 0; turn < turns; turn += 1) {
      await Promise.all(streams.map((stream, n) => store.write([appendLines(stream, pieceOf(turn, n))])));
    }
  });
  await checkStore(store, turns, streams);
  return rate;
}

/** Who writes waits for the commit of what he has written whenever 10 ms have passed. */
async function byWriteEvery({ store }, turns) {
  const rate = await perSecond(linesIn(turns), async () => {
    let waiting = [];
    let since = performance.now();
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [n, stream] of streams.entries()) {
        waiting.push(store.write([appendLines(stream, pieceOf(turn, n))]));
        if (performance.now() - since < groupEvery) continue;
        await Promise.all(waiting);
        waiting = [];
        since = performance.now();
      }
    }
    await Promise.all(waiting);
  });
  await checkStore(store, turns, streams);
  return rate;
}

/** The recorder commits what has gathered every 10 ms by itself. */
async function byLog({ store, recorder }, turns) {
  const execution = await recorder.start({ name: 'many steps' });
  const steps = await Promise.all(streams.map((name) => execution.step({ name })));
  const rate = await perSecond(linesIn(turns), async () => {
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [n, step] of steps.entries()) {
        for (const line of pieceOf(turn, n)) {
          const pushedBack = step.log(line);
          if (pushedBack !== undefined) await pushedBack;
        }
      }
    }
    await recorder.flush();
  });
  await checkStore(
    store,
    turns,
    steps.map(({ id }) => id),
  );
  await execution.complete();
  return rate;
}

async function byLine(peer, directory, turns) {
  const rate = await perSecond(linesIn(turns), async () => {
    for (let turn = 0; turn < turns; turn += 1) {
      for (let n = 0; n < streams.length; n += 1) {
        for (const line of pieceOf(turn, n)) {
          const pushedBack = peer.add(n, line);
          if (pushedBack !== undefined) await pushedBack;
        }
      }
    }
    await peer.close();
  });
  let lines = 0;
  for (const stream of streams) lines += await newlinesIn(fileOf(directory, stream));
  check(lines === linesIn(turns), `${lines} of ${linesIn(turns)} lines are in the files`);
  return rate;
}

async function everyTenMs(peer, directory, turns) {
  const rate = await perSecond(linesIn(turns), () => {
    let since = performance.now();
    for (let turn = 0; turn < turns; turn += 1) {
      for (let n = 0; n < streams.length; n += 1) {
        for (const line of pieceOf(turn, n)) peer.add(n, line);
        if (performance.now() - since < groupEvery) continue;
        peer.sync();
        since = performance.now();
      }
    }
    peer.close();
  });
  const { size } = await stat(fileOf(directory, 'all'));
  let bytes = 0;
  for (const n of streams.keys()) for (const line of linesOf(turns, n)) bytes += line.length + 1;
  check(size === bytes, `${size} of ${bytes} bytes are in the file`);
  return rate;
}

/** Runs `work` with a new directory, and removes it. */
async function inDirectory(work) {
  return await withDirectory(await temporaryDirectory(), work);
}

function linesIn(turns) {
  return turns * pieceLines * streams.length;
}

/** Every line is counted; those of three streams are read back and compared. */
async function checkStore(store, turns, names) {
  await store.withSnapshot(async ({ view }) => {
    for (const name of names) {
      const info = await view.logs.info(name);
      check(info?.lines === turns * pieceLines, `${name} has ${info?.lines} lines`);
    }
    for (const n of [0, 42, 99]) {
      const expected = linesOf(turns, n);
      for await (const { number, text } of view.logs.lines(names[n])) {
        check(text === expected.next().value, `line ${number} of ${names[n]}`);
      }
      check(expected.next().done, `${names[n]} is longer`);
    }
  });
}

async function newlinesIn(file) {
  const bytes = await readFile(file);
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

// Writes 10,000 lines a second: `line-writer.mjs store|file <path> <milliseconds>`. Each line begins with when it was
// written, in nanoseconds of the clock that all processes of a machine share. What is due is written every millisecond.
import { closeSync, openSync, writeSync } from 'node:fs';
import { appendLines, open } from 'stepwell';

const perMillisecond = 10;
const filling = ' cc -O2 -c src/module.c -o build/module.o'.padEnd(80, '.');
const [, , kind, path, milliseconds] = process.argv;

async function intoStore() {
  const { store, close } = await open(path);
  const writes = [];
  const write = (lines) => {
    const stamp = `${process.hrtime.bigint()}${filling}`;
    writes.push(store.write([appendLines('a', new Array(lines).fill(stamp))]));
  };
  return { write, end: () => Promise.all(writes).then(close) };
}

async function intoFile() {
  const file = openSync(path, 'a');
  const write = (lines) => void writeSync(file, `${process.hrtime.bigint()}${filling}\n`.repeat(lines));
  return { write, end: async () => closeSync(file) };
}

const { write, end } = await (kind === 'store' ? intoStore() : intoFile());
process.send('ready');
await new Promise((resolve) => process.once('message', resolve));
const began = performance.now();
const total = Number(milliseconds) * perMillisecond;
let written = 0;
await new Promise((resolve) => {
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor((performance.now() - began) * perMillisecond)) - written;
    if (due > 0) write(due);
    written += due;
    if (written < total) return;
    clearInterval(timer);
    resolve();
  }, 1);
});
await end();
process.disconnect();

/*
 * npm run bench -- [name…] [--quick]
 *
 * Every figure is a ratio to a peer measured in the same run; see docs/benchmarks.md. A benchmark is a file
 * `<id>-<what>.mjs` here that exports `run({ quick })` and answers figures. Never a test: a slow machine is no bug.
 */
import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { print, save } from './lib/report.mjs';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const files = (await readdir(new URL('.', import.meta.url))).filter((file) => /^b\d+-.*\.mjs$/.test(file));
files.sort((a, b) => Number.parseInt(a.slice(1), 10) - Number.parseInt(b.slice(1), 10));
const wanted = files.filter(
  (file) => positionals.length === 0 || positionals.some((name) => file.startsWith(`${name.toLowerCase()}-`)),
);
if (wanted.length === 0) {
  console.error(`no such benchmark; there are: ${files.map((file) => file.split('-')[0]).join(' ')}`);
  process.exit(2);
}

const all = [];
for (const file of wanted) {
  const started = performance.now();
  const { run } = await import(`./${file}`);
  const figures = await run({ quick: values.quick });
  await save(file.split('-')[0], figures);
  all.push(...figures);
  console.error(`${file} took ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
print(all);

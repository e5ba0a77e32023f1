// A small build that says what it does, so that Stepwell can record it:
//
//   stepwell run -- node examples/build.mjs
//
// It needs no library and no agreement with the recorder but five markers, each at the start of a line:
//
//   STEP_START:name            what follows belongs to this step
//   STEP_COMPLETE:name         the step is done
//   STEP_ERROR:message         the step failed, and why
//   ARTIFACT:path:description  keep this file; the path is relative to the working directory
//   META:key:value             remember this about the run
//
// Everything else it prints is the log. Without a recorder the markers are just lines.
//
// What it builds is a library that converts units, from the table below. One step fails on purpose: lint finds
// the TODO that the generator plants. It says `stop_on_error=false`, so the build goes on and ends well.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';

const quantities = {
  length: { metre: 1, kilometre: 1000, mile: 1609.344, foot: 0.3048 },
  mass: { kilogram: 1, gram: 0.001, pound: 0.45359237, ounce: 0.028349523125 },
  time: { second: 1, minute: 60, hour: 3600, day: 86_400 },
  volume: { litre: 1, cubicMetre: 1000, pint: 0.56826125, gallon: 4.54609 },
};

// Sources live in a temp directory that goes when we go. The artifacts stay, since a recorder reads them when
// it gets to their marker, which may be a moment after we have ended.
const sources = mkdtempSync(join(tmpdir(), 'stepwell-example-'));
const out = fileURLToPath(new URL('.out/', import.meta.url));

process.on('exit', () => rmSync(sources, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

// ── The build ──────────────────────────────────────────────────────────────────────────────────────────────

console.log(`Building the units library with Node ${process.versions.node}`);
console.log(`META:quantities:${Object.keys(quantities).length}`);

await step('generate', async () => {
  for (const [quantity, factors] of Object.entries(quantities)) {
    await writeSource(`${quantity}.mjs`, moduleFor(quantity, factors));
  }
  await writeSource('units.test.mjs', testFor(quantities));
});

await step('check', async () => {
  for (const file of await sourceFiles()) {
    await node('--check', join(sources, file));
    console.log(`${green('✔')} ${file} parses`);
  }
});

await step('lint', lint, { stopOnError: false });

await step('test', async () => {
  const { stdout } = await node('--test-reporter=spec', join(sources, 'units.test.mjs'));
  console.log(stdout.trimEnd());
});

const bundle = await step('bundle', async () => {
  const parts = (await sourceFiles()).filter((file) => !file.endsWith('.test.mjs'));
  const texts = await Promise.all(parts.map(async (file) => await readFile(join(sources, file), 'utf8')));
  const text = texts.join('\n');
  console.log(`${parts.join(' + ')} = ${text.length} characters`);
  return Buffer.from(text);
});

await step('compress', async () => {
  const gzipped = gzipSync(bundle, { level: 9 });
  assert.deepEqual(gunzipSync(gzipped), bundle, 'what was compressed does not come back');
  for (const [name, bytes] of [
    ['gzip', gzipped],
    ['brotli', brotliCompressSync(bundle)],
  ]) {
    console.log(
      `${name.padEnd(6)} ${bytes.length} bytes, ${Math.round((100 * bytes.length) / bundle.length)} % of the bundle`,
    );
    await pause(150);
  }
  await writeArtifact('units.js.gz', gzipped, 'the bundle, gzipped');
  console.log(`META:bundle_bytes:${gzipped.length}`);
});

await step('verify', async () => {
  const text = gunzipSync(await readFile(join(out, 'units.js.gz')));
  const units = await import(`data:text/javascript;base64,${text.toString('base64')}`);
  assert.equal(units.length(1, 'mile', 'metre'), 1609.344);
  assert.equal(units.time(1, 'day', 'minute'), 1440);
  console.log('The bundle imports and converts: one mile is 1609.344 metres, one day 1440 minutes.');
});

await step('report', async () => {
  const files = {};
  for (const file of await sourceFiles()) {
    const bytes = await readFile(join(sources, file));
    files[file] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    console.log(`${files[file].sha256.slice(0, 12)}  ${file}`);
  }
  const report = { node: process.versions.node, platform: process.platform, files };
  await writeArtifact(
    'build-report.json',
    `${JSON.stringify(report, null, 2)}\n`,
    'what was built, with hashes',
  );
});

console.log(green('Done.'));

// ── How a step speaks ──────────────────────────────────────────────────────────────────────────────────────

/** Runs one step between its markers. A step that fails ends the build, unless it may fail. */
async function step(name, work, { stopOnError = true } = {}) {
  console.log(`STEP_START:${name}${stopOnError ? '' : ' [stop_on_error=false]'}`);
  // Long enough to watch it happen on a page that follows the run; a real build has work to do instead.
  await pause(200);
  try {
    const result = await work();
    console.log(`STEP_COMPLETE:${name}`);
    return result;
  } catch (error) {
    const [reason, ...details] = error.message.split('\n');
    console.log(`STEP_ERROR:${reason}`);
    if (details.length > 0) console.error(details.join('\n'));
    if (stopOnError) throw error;
  }
}

/** Writes a file worth keeping, and says so. A relative path has no drive letter whose colon would end it. */
async function writeArtifact(name, content, description) {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, '.gitignore'), '*\n');
  await writeFile(join(out, name), content);
  console.log(`ARTIFACT:${relative(process.cwd(), join(out, name))}:${description}`);
}

function green(text) {
  return `\u001b[32m${text}\u001b[0m`;
}

// ── What is built ──────────────────────────────────────────────────────────────────────────────────────────

function moduleFor(quantity, factors) {
  const planted = quantity === 'time' ? '// TODO: decide about leap seconds\n' : '';
  return `/** How many ${Object.keys(factors)[0]}s each unit of ${quantity} is. */
${planted}const ${quantity}Factors = ${JSON.stringify(factors)};

export function ${quantity}(value, from, to) {
  return (value * ${quantity}Factors[from]) / ${quantity}Factors[to];
}
`;
}

function testFor(table) {
  const tests = Object.entries(table).map(([quantity, factors]) => {
    const [base, other] = Object.keys(factors);
    return `import { ${quantity} } from './${quantity}.mjs';
test('${quantity}: a ${other} is ${factors[other]} ${base}s, and back again', () => {
  assert.equal(${quantity}(1, '${other}', '${base}'), ${factors[other]});
  assert.equal(${quantity}(${factors[other]}, '${base}', '${other}'), 1);
});
`;
  });
  return `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\n${tests.join('')}`;
}

async function lint() {
  const found = [];
  for (const file of await sourceFiles()) {
    const lines = (await readFile(join(sources, file), 'utf8')).split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.includes('TODO')) found.push(`${file}:${index + 1}: ${line.trim()}`);
    }
    console.log(`${file}: ${lines.length} lines`);
  }
  for (const problem of found) console.error(`warning: ${problem}`);
  if (found.length > 0) throw new Error(`unfinished work in ${found.join(', ')}`);
}

async function writeSource(file, text) {
  await writeFile(join(sources, file), text);
  console.log(`wrote ${file}, ${text.length} characters`);
  await pause(50);
}

async function sourceFiles() {
  return (await readdir(sources)).filter((file) => file.endsWith('.mjs')).sort();
}

/** Runs this very Node; what it complains about becomes the reason why the step failed. */
async function node(...args) {
  return await promisify(execFile)(process.execPath, args);
}

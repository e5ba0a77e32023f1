/*
 * npm run bench -- [name…] [--quick]
 *
 * Every figure is a ratio to a peer measured in the same run; see docs/benchmarks.md. A benchmark is a file
 * `<id>-<what>.mjs` here that exports `run({ quick })` and answers figures. Never a test: a slow machine is no bug.
 *
 * Exit code: 0 all goals met, 1 a goal missed, 2 no such benchmark or option, 3 a benchmark failed or its result was
 * wrong, 130 interrupted.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choose, idOf } from './lib/choose.mjs';
import { forget, print, save } from './lib/report.mjs';
import { versions } from './lib/versions.mjs';

const { files, quick } = await choose(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(2);
});

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort());

console.log(versions());
const workspace = await mkdtemp(join(tmpdir(), 'stepwell-bench-'));
const figures = [];
const failed = [];
try {
  for (const file of files) {
    if (interrupted.signal.aborted) break;
    await forget(idOf(file));
    const started = performance.now();
    const found = await runAlone(file);
    if (found !== undefined) {
      await save(idOf(file), found);
      figures.push(...found);
    } else if (!interrupted.signal.aborted) failed.push(idOf(file));
    console.error(`${file} took ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
} finally {
  await rm(workspace, { recursive: true });
}

if (figures.length > 0) print(figures);
for (const id of failed) console.log(`FAILED: ${id}: what went wrong stands above`);
if (interrupted.signal.aborted) process.exitCode = 130;
else if (failed.length > 0) process.exitCode = 3;
else process.exitCode = figures.every(({ pass }) => pass) ? 0 : 1;

/** The figures of one benchmark; undefined when it failed, which it has said. */
async function runAlone(file) {
  const child = fork(new URL('./lib/alone.mjs', import.meta.url), quick ? [file, '--quick'] : [file], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, STEPWELL_BENCH_WORKSPACE: workspace },
  });
  const stop = () => child.kill();
  interrupted.signal.addEventListener('abort', stop);
  let found;
  child.on('message', (message) => {
    found = message;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  interrupted.signal.removeEventListener('abort', stop);
  return code === 0 ? found : undefined;
}

// `npm test`: from a clean checkout to every check there is. A failure does not stop the checks after it, so one
// run shows all that is wrong. The last line is the count of tests; the exit code speaks for everything.

import './lib/require-node.mjs';
import { join } from 'node:path';
import { capture } from './lib/capture.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
import { progress } from './lib/progress.mjs';
import { stepLine, turboStep } from './lib/report.mjs';
import { runTurboTasks } from './lib/turbo-tasks.mjs';
import { addCounts, countTests, forgetReport, formatCounts } from './lib/vitest-counts.mjs';
import { workspaces } from './lib/workspace.mjs';

/** Node programs, each of which prints what is wrong and then fails. */
const checks = [
  {
    name: 'format, lint',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings'],
  },
  { name: 'dead code', script: 'node_modules/knip/bin/knip.js', args: ['--no-config-hints'] },
  { name: 'arrows', script: 'scripts/check-arrows.mjs', args: [] },
  { name: 'dependencies', script: 'scripts/check-dependencies.mjs', args: [] },
  { name: 'snippets', script: 'scripts/check-snippets.mjs', args: [] },
];

const steps = [];
const tested = workspaces().filter(({ manifest }) => manifest.scripts?.test);

async function install() {
  const started = performance.now();
  let ok = true;
  try {
    await ensureInstalled();
  } catch (error) {
    console.log(error.message);
    ok = false;
  }
  steps.push({ name: 'install', ok, seconds: (performance.now() - started) / 1000 });
  return ok;
}

async function packages() {
  for (const { directory } of tested) forgetReport(directory);
  const shown = progress('Building, type-checking and testing every package');
  const { code, output, tasks } = await runTurboTasks(['build', 'typecheck', 'test']);
  shown.stop();
  if (code !== 0) console.log(output);
  steps.push(...tasks.map(turboStep));
  // Whatever turbo stopped for that is no task's failure (a cycle, a bad turbo.json) must not pass unseen.
  if (code !== 0 && steps.every((step) => step.ok))
    steps.push({ name: 'turbo', ok: false, note: `exit ${code}` });
}

async function check({ name, script, args }) {
  const { code, output, seconds } = await capture(process.execPath, [join(root, script), ...args], {
    cwd: root,
  });
  if (code !== 0) console.log(`\n── ${name}\n\n${output}`);
  // A check that passes may say what it covered, in its last line.
  const note = code === 0 && script.startsWith('scripts/') ? output.trim().split('\n').at(-1) : '';
  steps.push({ name, ok: code === 0, seconds, note });
}

if (await install()) {
  await packages();
  for (const one of checks) await check(one);
}

const counts = tested.map(({ directory }) => countTests(directory)).filter(Boolean);
const total = addCounts(counts);
// Never believe an exit code over a count: a failed test fails the run whatever the task said.
if (total.failed > 0 && steps.every((step) => step.ok)) steps.push({ name: 'count', ok: false });

console.log(`\n${steps.map(stepLine).join('\n')}\n\n${formatCounts(total)}`);
process.exitCode = steps.every((step) => step.ok) ? 0 : 1;

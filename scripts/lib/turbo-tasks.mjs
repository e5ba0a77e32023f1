import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { pnpm } from './pnpm.mjs';
import { workspaces } from './workspace.mjs';

const summaries = join(root, '.turbo/runs');

/**
 * Runs tasks in every package, goes on past failures, and tells per task what happened:
 * `[{ task, failed: [package], notRun: [package], cached, total, seconds }]`. Failing packages print their output in full.
 */
export async function runTurboTasks(tasks) {
  rmSync(summaries, { recursive: true, force: true });
  const flags = ['--continue=dependencies-successful', '--output-logs=errors-only', '--summarize'];
  const result = await pnpm(['exec', 'turbo', 'run', ...tasks, ...flags]);
  const known = readSummary();
  return {
    code: result.code,
    output: result.output,
    tasks: tasks.map((task) =>
      summarize(
        task,
        known.filter((one) => one.task === task && one.execution),
      ),
    ),
  };
}

/** Turbo's own record of the run: one JSON file in a directory that was empty before. */
function readSummary() {
  try {
    const [file] = readdirSync(summaries);
    return JSON.parse(readFileSync(join(summaries, file), 'utf8')).tasks;
  } catch {
    return []; // Turbo stopped before it began; its exit code and output say so.
  }
}

function summarize(task, ran) {
  // Turbo's record leaves out what it did not come to, so what was to be done is asked of the packages themselves.
  const wanted = workspaces().filter(({ manifest }) => manifest.scripts?.[task]);
  const started = new Set(ran.map((one) => one.package));
  return {
    task,
    failed: ran.filter((one) => one.execution.exitCode !== 0).map((one) => one.package),
    notRun: wanted.map(({ manifest }) => manifest.name).filter((name) => !started.has(name)),
    cached: ran.filter((one) => one.cache?.status === 'HIT').length,
    total: wanted.length,
    seconds: span(ran.map((one) => one.execution)),
  };
}

/** From the first start to the last end: tasks run beside each other, so a sum would be more than the clock showed. */
function span(executions) {
  if (executions.length === 0) return 0;
  const begin = Math.min(...executions.map((one) => one.startTime));
  const end = Math.max(...executions.map((one) => one.endTime));
  return (end - begin) / 1000;
}

// Fails, with a list, when a run has left anything behind: a data file or a change in the tree, a file in its temp
// directory, a process that carries its mark.
// `node scripts/assert-clean.mjs --temp DIR --mark NAME=VALUE --status FILE [--root DIR]`
// where FILE holds `git status --porcelain --untracked-files=all` from before the run.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from './lib/paths.mjs';
import { filesLeftInTemp, filesLeftInTree, processesLeft, treeStatus } from './lib/residue.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { temp: text, mark: text, status: text, root: text } });
const base = values.root ?? root;

/** A process that was told to end may need a moment for it. */
async function remainingProcesses(mark) {
  for (let tries = 0; tries < 20 && processesLeft(mark).length > 0; tries += 1) await sleep(100);
  return processesLeft(mark);
}

function newChanges(statusFile) {
  const before = new Set(readFileSync(statusFile, 'utf8').split('\n'));
  return (treeStatus(base) ?? []).filter((line) => !before.has(line));
}

const residue = [
  ...filesLeftInTree(base).map((path) => `in the tree: ${path}`),
  ...(values.status ? newChanges(values.status) : []).map((line) => `changed by the run: ${line}`),
  ...(values.temp ? filesLeftInTemp(values.temp) : []).map((path) => `in the temp directory: ${path}`),
  ...(values.mark ? await remainingProcesses(values.mark) : []).map((line) => `still running: ${line}`),
];

if (residue.length > 0) console.error(`The run left something behind:\n  ${residue.join('\n  ')}`);
process.exitCode = residue.length > 0 ? 1 : 0;

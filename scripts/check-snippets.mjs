// Compiles every code block of every Markdown file against the built packages, and runs those that are programs, each
// in an empty directory of its own. An example in a README that does not work is worse than none.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileSnippets } from './lib/compile-snippets.mjs';
import { root } from './lib/paths.mjs';
import { findSnippets } from './lib/snippets.mjs';

const timeout = 30_000;
let failures = 0;

function report({ file, line }, text) {
  failures += 1;
  console.error(`${file}:${line}: ${text}`);
}

/** Runs a compiled snippet to its end; resolves with what went wrong, or undefined. */
function run({ output }) {
  const cwd = mkdtempSync(join(tmpdir(), 'stepwell-snippet-'));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', output], {
      cwd,
      timeout,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
      });
    }
    child.on('close', (code, signal) => {
      rmSync(cwd, { recursive: true, force: true, maxRetries: 3 });
      if (code === 0) resolve(undefined);
      else resolve(`${signal ? `killed after ${timeout / 1000} s` : `exit code ${code}`}\n${printed}`);
    });
  });
}

const found = findSnippets(root);
for (const { mistake, ...where } of found) if (mistake) report(where, mistake);

const snippets = compileSnippets(found.filter((snippet) => !snippet.mistake));
for (const { file, errors } of snippets) {
  for (const { line, text } of errors) report({ file, line }, text);
}

const runnable = snippets.filter((snippet) => snippet.runs && snippet.errors.length === 0);
for (const snippet of runnable) {
  const problem = await run(snippet);
  if (problem) report(snippet, problem);
}

console.log(
  `${snippets.length} compiled, ${runnable.length} run${failures > 0 ? `, ${failures} failures` : ''}`,
);
process.exitCode = failures > 0 ? 1 : 0;

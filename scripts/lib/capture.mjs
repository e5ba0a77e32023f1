import { spawn } from 'node:child_process';

/**
 * Runs a program to its end and keeps what it printed: `{ code, output, seconds }`.
 * `onLine` sees every line as it comes.
 */
export function capture(command, args, { cwd, env = {}, onLine } = {}) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const finish = (code) => resolve({ code, output, seconds: (performance.now() - started) / 1000 });

    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) onLine?.(line);
      });
    }
    child.on('error', (error) => {
      output += `${error.message}\n`;
      finish(127);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}

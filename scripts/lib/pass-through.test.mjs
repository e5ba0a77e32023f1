import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const module = JSON.stringify(pathToFileURL(`${import.meta.dirname}/pass-through.mjs`).href);

/** A program that runs `inner`, itself a program, in its place. */
const around = (inner) => [
  '--input-type=module',
  '-e',
  `import { passThrough } from ${module};
   process.exitCode = await passThrough(process.execPath, ['-e', ${JSON.stringify(inner)}]);`,
];

test('streams and exit code are those of the program', () => {
  const inner = "process.stdin.pipe(process.stdout); console.error('words'); process.exitCode = 42;";
  const { status, stdout, stderr } = spawnSync(process.execPath, around(inner), {
    input: 'bytes',
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 42, stdout: 'bytes', stderr: 'words\n' });
});

test.skipIf(process.platform === 'win32')('a program that dies of a signal is 128 + its number', () => {
  expect(spawnSync(process.execPath, around("process.kill(process.pid, 'SIGKILL')")).status).toBe(137);
});

test.skipIf(process.platform === 'win32')(
  'a signal reaches the program, which may answer as it likes',
  async () => {
    const inner =
      "process.on('SIGTERM', () => process.exit(7)); setTimeout(() => {}, 20_000); console.log('ready');";
    const child = spawn(process.execPath, around(inner), { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([7, null]);
  },
);

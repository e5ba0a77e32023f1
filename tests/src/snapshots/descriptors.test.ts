import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../fixtures/exhaust-descriptors.mjs', import.meta.url));

test.skipIf(process.platform === 'win32')(
  'S6, S11: without a file descriptor a snapshot fails typed, the others go on, and nothing leaks',
  async () => {
    await using workspace = await makeWorkspace('descriptors');
    // Loading the modules takes a few hundred at once; the connections come up against what is left.
    const limited = `ulimit -n 600 && exec "$0" "$@"`;
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      limited,
      process.execPath,
      script,
      workspace.path,
    ]);
    const [first, second] = JSON.parse(stdout);
    const outcome = { code: 'IO', inOrder: true, isWhole: true };
    expect(first).toMatchObject(outcome);
    expect(second).toMatchObject(outcome);
    expect(first.held).toBeGreaterThan(100);
    // What the first round has used, the second one can use again.
    expect(second.held).toBeGreaterThanOrEqual(first.held - 2);
    for (const { connections } of [first, second]) expect(connections).toBeLessThanOrEqual(5);
  },
);

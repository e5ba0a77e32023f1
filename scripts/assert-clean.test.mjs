import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'assert-clean.mjs');
let root;
let temp;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stepwell-clean-'));
  temp = join(root, 'temp');
  mkdirSync(temp);
  mkdirSync(join(root, 'tree'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function assertClean(...more) {
  const args = [script, '--root', join(root, 'tree'), '--temp', temp, ...more];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stderr };
}

const leave = (...path) => writeFileSync(join(root, ...path), '');

test('nothing left, nothing said', () => {
  leave('tree', 'pnpm-lock.yaml');
  leave('tree', 'main.ts');
  expect(assertClean()).toEqual({ status: 0, stderr: '' });
});

test.each(['store.db', 'store.db-wal', 'store.db-shm', 'writer.lock', '000001.seg', 'manifest.tmp'])(
  'finds %s in the tree',
  (name) => {
    leave('tree', name);
    expect(assertClean().stderr).toContain(`in the tree: ${name}`);
  },
);

test('leaves fixtures and what tools generate alone', () => {
  for (const directory of ['fixtures', 'dist', 'node_modules']) {
    mkdirSync(join(root, 'tree', directory));
    leave('tree', directory, 'old.db');
  }
  expect(assertClean().status).toBe(0);
});

test('finds whatever is in the temp directory', () => {
  mkdirSync(join(temp, 'publint-pack-x1'));
  const { status, stderr } = assertClean();
  expect(status).toBe(1);
  expect(stderr).toContain('publint-pack-x1');
});

test.runIf(process.platform === 'linux')('finds a process that outlived the run, by its mark', async () => {
  const mark = `STEPWELL_TEST_MARK=${process.pid}`;
  const [name, value] = mark.split('=');
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], {
    env: { ...process.env, [name]: value },
    stdio: 'ignore',
  });
  try {
    expect(assertClean('--mark', mark).stderr).toContain(`still running: ${child.pid}`);
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  expect(assertClean('--mark', mark).status).toBe(0);
});

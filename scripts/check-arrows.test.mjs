import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'check-arrows.mjs');
let base;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'stepwell-arrows-'));
  write('package.json', { name: 'root', devDependencies: { vitest: '4' } });
  plant('core', '@stepwell/core', {}, 'export const one: number = 1;');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(path, content) {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function plant(directory, name, manifest, source) {
  write(`packages/${directory}/package.json`, { name, ...manifest });
  write(`packages/${directory}/src/index.ts`, source);
}

function check() {
  const { status, stderr } = spawnSync(process.execPath, [script, base], { encoding: 'utf8' });
  return { status, problems: stderr.split('\n').filter(Boolean) };
}

const onCore = { dependencies: { '@stepwell/core': 'workspace:^' } };

test('arrows that point down pass', () => {
  plant('monitor', '@stepwell/monitor', onCore, "import { one } from '@stepwell/core'; console.log(one);");
  expect(check()).toEqual({ status: 0, problems: [] });
});

describe('refused, with its place:', () => {
  test('a dependency that points up', () => {
    plant('core', '@stepwell/core', { dependencies: { '@stepwell/file-lock': 'workspace:^' } }, '');
    expect(check().problems).toEqual([
      'packages/core/package.json: dependencies: @stepwell/core may not depend on @stepwell/file-lock',
    ]);
  });

  test('the cycle core → testkit → core, even for tests', () => {
    plant('core', '@stepwell/core', { devDependencies: { '@stepwell/testkit': 'workspace:^' } }, '');
    expect(check().problems).toHaveLength(1);
  });

  test.each([
    ['an import', "import { open } from '@stepwell/sqlite-adapter';"],
    ['a re-export', "export * from '@stepwell/sqlite-adapter';"],
    ['a type', "export type Database = import('@stepwell/sqlite-adapter').Database;"],
    ['a dynamic import', "await import('@stepwell/sqlite-adapter');"],
    ['a subpath', "import '@stepwell/sqlite-adapter/deep';"],
  ])('a backend in the monitor: %s', (_, source) => {
    plant('monitor', '@stepwell/monitor', onCore, `\n${source}`);
    expect(check()).toEqual({
      status: 1,
      problems: [
        'packages/monitor/src/index.ts:2: @stepwell/monitor may not import @stepwell/sqlite-adapter',
      ],
    });
  });

  test('any package at all in core', () => {
    plant('core', '@stepwell/core', {}, "import { Kysely } from 'kysely';");
    expect(check().problems).toEqual([
      'packages/core/src/index.ts:1: @stepwell/core imports kysely, which is not among its dependencies',
    ]);
  });

  test('a relative path into another package', () => {
    plant('monitor', '@stepwell/monitor', {}, "import { one } from '../../core/src/index.ts';");
    expect(check().problems[0]).toContain('outside its own package');
  });

  test('what opens a file where SQLite holds locks', () => {
    plant('file-lock', '@stepwell/file-lock', {}, "import { readFileSync, statSync } from 'node:fs';");
    expect(check().problems[0]).toContain('imports readFileSync from node:fs');
  });

  test('a package that the table does not know', () => {
    plant('other', '@stepwell/other', {}, '');
    expect(check().problems[0]).toContain('no row in the table');
  });
});

test('a test may use the testkit, the runner and its own package', () => {
  const manifest = { ...onCore, devDependencies: { '@stepwell/testkit': 'workspace:^' } };
  plant('monitor', '@stepwell/monitor', manifest, '');
  write(
    'packages/monitor/src/index.test.ts',
    "import { test } from 'vitest';\nimport '@stepwell/testkit';\nimport '@stepwell/monitor';",
  );
  expect(check().problems).toEqual([]);
});

test('an import in a comment or a string is none', () => {
  plant('core', '@stepwell/core', {}, "// import 'kysely'\nexport const text: string = \"import 'kysely'\";");
  expect(check().problems).toEqual([]);
});

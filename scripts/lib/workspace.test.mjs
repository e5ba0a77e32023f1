import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { arrows } from './arrows.mjs';
import { missingTools } from './native-build.mjs';
import { root } from './paths.mjs';
import { show } from './walk.mjs';
import { readManifest, workspaces } from './workspace.mjs';

test('the list of workspaces is that of pnpm-workspace.yaml', () => {
  const yaml = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const [, list] = /^packages:\n((?: {2}- .+\n)+)/.exec(yaml);
  const patterns = list.match(/[^\s-]\S*$/gm);
  const matched = new Set(
    workspaces().map(({ directory }) =>
      show(root, directory).replace(/^(packages|apps|examples)\/.*/, '$1/*'),
    ),
  );
  expect([...matched].sort()).toEqual(patterns.sort());
});

test('every published package moves together, and has its row in the table of arrows, as the examples have', () => {
  const published = workspaces()
    .filter(({ manifest }) => !manifest.private)
    .map(({ manifest }) => manifest.name)
    .sort();
  const { fixed } = JSON.parse(readFileSync(join(root, '.changeset/config.json'), 'utf8'));
  expect([...fixed[0]].sort()).toEqual(published);
  const examples = workspaces()
    .filter(({ directory }) => show(root, directory).startsWith('examples/'))
    .map(({ manifest }) => manifest.name);
  expect(Object.keys(arrows).sort()).toEqual([...published, ...examples].sort());
});

test('every manifest asks for the same Node as the root', () => {
  const { engines } = readManifest(root);
  for (const { manifest } of workspaces()) expect(manifest.engines, manifest.name).toEqual(engines);
});

test.skipIf(process.platform === 'win32')('names the tools that the native build misses', () => {
  expect(missingTools({ path: '/nowhere' })).toEqual(['Python 3', 'make', 'a C++ compiler']);
  expect(missingTools({ platform: 'win32', path: '' })).toEqual([]);
});

// Proves that the packages know only the packages they may know: by package.json and by every import.
// `node scripts/check-arrows.mjs [root]`

import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { checkImport, checkManifest } from './lib/arrows.mjs';
import { importsOf } from './lib/imports.mjs';
import { checkOpen, guarded } from './lib/open-guard.mjs';
import { root } from './lib/paths.mjs';
import { show, walk } from './lib/walk.mjs';
import { readManifest, workspaces } from './lib/workspace.mjs';

const base = resolve(process.argv[2] ?? root);
const shared = Object.keys(readManifest(base).devDependencies ?? {});
const problems = [];
let imports = 0;

/** An import that climbs out of its own package is an arrow that no package.json shows. */
function checkRelative(specifier, path, directory) {
  if (!specifier.startsWith('.')) return undefined;
  const target = relative(directory, resolve(path, '..', specifier));
  return target.startsWith('..') ? `imports ${specifier}, outside its own package` : undefined;
}

function checkFile(path, { directory, manifest }) {
  const isTest = /\.test\.ts$|[\\/]fixtures[\\/]/.test(path);
  for (const one of importsOf(path, readFileSync(path, 'utf8'))) {
    imports += 1;
    const found = [
      checkImport(one.specifier, manifest, { isTest, shared }),
      checkRelative(one.specifier, path, directory),
      guarded.includes(manifest.name) && !isTest ? checkOpen(one, show(base, path)) : undefined,
    ];
    for (const problem of found.filter(Boolean)) problems.push(`${show(base, path)}:${one.line}: ${problem}`);
  }
}

// Private workspaces stand above every package and may know them all.
const packages = workspaces(base).filter(({ manifest }) => !manifest.private);
for (const one of packages) {
  const manifestPath = show(base, join(one.directory, 'package.json'));
  problems.push(...checkManifest(one.manifest).map((problem) => `${manifestPath}: ${problem}`));
  for (const path of walk(join(one.directory, 'src'))) {
    if (/\.[cm]?[jt]s$/.test(path)) checkFile(path, one);
  }
}

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? `${packages.length} packages, ${imports} imports` : `${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

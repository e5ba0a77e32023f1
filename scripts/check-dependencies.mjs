// Every dependency has its reason in docs/dependencies.md, and that page names nothing that is no longer used.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';
import { readManifest, workspaces } from './lib/workspace.mjs';

const page = 'docs/dependencies.md';
const fields = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'];

const manifests = [readManifest(root), ...workspaces().map(({ manifest }) => manifest)];
const used = new Set(
  manifests
    .flatMap((manifest) => fields.flatMap((field) => Object.entries(manifest[field] ?? {})))
    .filter(([, range]) => !range.startsWith('workspace:'))
    .map(([name]) => name),
);

// One table row each: | `name` | where | why |
const rows = readFileSync(join(root, page), 'utf8').matchAll(/^\| `([^`]+)` \|[^|]+\| \S/gm);
const explained = new Set([...rows].map(([, name]) => name));

const problems = [
  ...[...used]
    .filter((name) => !explained.has(name))
    .map((name) => `${page} does not say why ${name} is there`),
  ...[...explained]
    .filter((name) => !used.has(name))
    .map((name) => `${page} explains ${name}, which is not used`),
];
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? `${used.size}, each with its reason` : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

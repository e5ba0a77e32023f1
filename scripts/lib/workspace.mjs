import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const groups = ['packages', 'apps', 'examples'];
const singles = ['tests', 'bench', 'scripts'];

/**
 * Every workspace of the checkout: `{ directory, manifest }`.
 * Written out here instead of read from pnpm-workspace.yaml, because it runs before anything is installed and Node
 * reads no YAML; the workspace test compares the two.
 */
export function workspaces(base = root) {
  const grouped = groups.flatMap((group) => {
    const directory = join(base, group);
    return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
  });
  return [...grouped, ...singles.map((name) => join(base, name))]
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => ({ directory, manifest: readManifest(directory) }));
}

export function readManifest(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/**
 * The arrows between packages, and the only ones: each package with those of ours it may know. Everything else that
 * a package says about itself (no backend in the monitor, no adapter that knows another) follows from this table.
 */
export const arrows = {
  '@stepwell/core': [],
  '@stepwell/file-lock': ['@stepwell/core'],
  '@stepwell/testkit': ['@stepwell/core'],
  '@stepwell/monitor': ['@stepwell/core'],
  '@stepwell/sqlite-adapter': ['@stepwell/core', '@stepwell/file-lock'],
  '@stepwell/log-writer': ['@stepwell/core', '@stepwell/file-lock'],
  '@stepwell/artifact-store': ['@stepwell/core', '@stepwell/file-lock'],
  stepwell: [
    '@stepwell/artifact-store',
    '@stepwell/core',
    '@stepwell/file-lock',
    '@stepwell/log-writer',
    '@stepwell/monitor',
    '@stepwell/sqlite-adapter',
  ],
  '@stepwell/example-own-schema': ['@stepwell/core', '@stepwell/sqlite-adapter'],
  '@stepwell/cli': ['@stepwell/core', '@stepwell/monitor', 'stepwell'],
};

/** Tests may use the testkit, except where that would be a cycle: in the testkit and in what it stands on. */
const testkit = '@stepwell/testkit';
const belowTestkit = new Set([testkit, ...arrows[testkit]]);

const isOurs = (name) => name === 'stepwell' || name.startsWith('@stepwell/');

/** `node:fs` → node:fs, `@scope/a/b` → @scope/a, `a/b` → a. */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** What package.json says against the table: a list of sentences, empty where all is well. */
export function checkManifest(manifest) {
  const allowed = arrows[manifest.name];
  if (!allowed) return [`${manifest.name} has no row in the table of arrows`];
  const inTests = belowTestkit.has(manifest.name) ? allowed : [...allowed, testkit];

  const wrong = (field, permitted) =>
    Object.keys(manifest[field] ?? {})
      .filter((name) => isOurs(name) && !permitted.includes(name))
      .map((name) => `${field}: ${manifest.name} may not depend on ${name}`);

  return [
    ...wrong('dependencies', allowed),
    ...wrong('peerDependencies', allowed),
    ...wrong('optionalDependencies', allowed),
    ...wrong('devDependencies', inTests),
  ];
}

/** One import of a source file against package.json: a sentence, or undefined. Manifests are checked above. */
export function checkImport(specifier, manifest, { isTest, shared = [] }) {
  if (specifier.startsWith('node:')) return undefined;
  if (specifier.startsWith('.')) return undefined; // Judged by where it leads, not by its name.
  const name = packageOf(specifier);
  const shipped = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  };
  if (name in shipped) return undefined;
  if (
    isTest &&
    (name in (manifest.devDependencies ?? {}) || name === manifest.name || shared.includes(name))
  ) {
    return undefined;
  }
  return isOurs(name)
    ? `${manifest.name} may not import ${name}`
    : `${manifest.name} imports ${name}, which is not among its dependencies`;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bindingLoads, missingTools, nativeBuildHelp } from './native-build.mjs';
import { root } from './paths.mjs';
import { pnpm } from './pnpm.mjs';
import { progress } from './progress.mjs';
import { clearStamp, fingerprint, readStamp, writeStamp } from './stamp.mjs';
import { workspaces } from './workspace.mjs';

const stamp = 'installed';

/** Installs exactly what the lock file says, unless that is what is there. Throws with the whole story if it fails. */
export async function ensureInstalled() {
  const wanted = installFingerprint();
  if (existsSync(join(root, 'node_modules/.modules.yaml')) && readStamp(stamp) === wanted) return;

  clearStamp(stamp);
  const shown = progress('Installing');
  try {
    const result = await pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], {
      onLine: phaseReader(shown.phase),
    });
    if (result.code !== 0) throw installError(result);

    // Nothing in the lock file changes with another Node, but the binding of the last one does not load in it.
    if (!(await bindingLoads())) {
      shown.phase(compiling);
      const rebuilt = await pnpm(['rebuild', 'better-sqlite3']);
      if (rebuilt.code !== 0 || !(await bindingLoads())) throw installError(rebuilt, true);
    }
  } finally {
    shown.stop();
  }
  writeStamp(stamp, wanted);
}

function installFingerprint() {
  const manifests = workspaces().map(({ directory }) => join(directory, 'package.json'));
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => join(root, name));
  return fingerprint([...files, ...manifests], process.version, process.platform, process.arch);
}

const compiling = 'compiling better-sqlite3, about a minute';

/** What someone who waits wants to know, in the order in which it happens. */
const phases = [
  { name: 'fetching packages', begins: /Progress: resolved/ },
  { name: 'looking for a prebuilt better-sqlite3', begins: /better-sqlite3.* install/ },
  { name: compiling, begins: /better-sqlite3.* install: .*(gyp info|make: Entering|TOUCH|CC\(target\))/ },
];

/** Reads pnpm's lines and reports each phase once; a late line of an earlier phase does not turn it back. */
function phaseReader(report) {
  let reached = -1;
  return (line) => {
    const seen = phases.findLastIndex((phase) => phase.begins.test(line));
    if (seen > reached) {
      reached = seen;
      report(phases[seen].name);
    }
  };
}

/** One message. A compiler's page of complaints helps only where nothing simpler explains the failure. */
function installError({ output }, native = /better-sqlite3.* install: (Failed|gyp ERR)/.test(output)) {
  const missing = missingTools();
  if (native && missing.length > 0) return new Error(nativeBuildHelp(missing));
  const tail = output.trimEnd().split('\n').slice(-40).join('\n');
  return new Error(
    `${tail}\n${native ? nativeBuildHelp([]) : '\nThe installation failed; the output above says why.'}`,
  );
}

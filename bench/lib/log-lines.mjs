const words = ['compiling', 'linking', 'checking', 'copying', 'testing', 'packing'];

/** Line `n` of a build log: some 110 bytes, of which about a third differs from line to line. */
export function logLine(n) {
  const what = words[n % words.length];
  const unit = ((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
  const head = `[${String(n).padStart(8, '0')}] ${what} src/module-${n % 97}/part-${n % 1013}.c -> build/${unit}.o`;
  return `${head} (${(n * 7919) % 9973} ms) `.padEnd(108, '-O2 -Wall -fPIC ');
}

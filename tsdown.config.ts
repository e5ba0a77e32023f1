import { existsSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'tsdown';

/**
 * One build for every package; each package's `build` script points here and runs in its own directory.
 *
 * Besides the index (a library) or main (a command), every `*-worker.ts` is an entry of its own: a worker thread or
 * child process is started from a file, and Node 20 runs no TypeScript, so that file must exist in `dist`.
 */
const isLibrary = existsSync('src/index.ts');

const config: UserConfig = defineConfig({
  entry: ['src/{index,main}.ts', 'src/**/*-worker.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  unbundle: true,
  fixedExtension: false,
  sourcemap: true,
  dts: isLibrary ? { sourcemap: true } : false,
  publint: { strict: true, pack: 'npm' },
  attw: isLibrary ? { profile: 'esmOnly', level: 'error' } : false,
}) as UserConfig;

export default config;

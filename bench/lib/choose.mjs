import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/**
 * What the command line asks for.
 *
 * @param {readonly string[]} args
 * @returns {Promise<{ files: string[], quick: boolean }>} benchmarks by their files, in the order of their numbers
 * @throws {Error} when there is no such benchmark or option
 */
export async function choose(args) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const entries = await readdir(new URL('..', import.meta.url));
  const files = entries.filter((file) => /^b\d+-.*\.mjs$/.test(file));
  files.sort((a, b) => Number.parseInt(a.slice(1), 10) - Number.parseInt(b.slice(1), 10));
  const ids = files.map(idOf);
  const names = positionals.map((name) => name.toLowerCase());
  const unknown = names.filter((name) => !ids.includes(name));
  if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(' ')}; there are: ${ids.join(' ')}`);
  const wanted = names.length === 0 ? files : files.filter((file) => names.includes(idOf(file)));
  return { files: wanted, quick: values.quick };
}

/** `b12` of `b12-event-loop.mjs`. @param {string} file */
export function idOf(file) {
  return file.slice(0, file.indexOf('-'));
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileArtifacts } from './file-artifacts.ts';
import { bytesOf } from './fixtures/bytes.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';
import { artifactDefaults, artifactOptionShape } from './settings.ts';

const invalid = (message: string): object =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });

test.each<[string, unknown, string]>([
  ['a misspelt name', { maxByte: 5 }, 'there is no options.maxByte; did you mean options.maxBytes?'],
  ['a negative limit', { maxBytes: -1 }, 'options.maxBytes must be a number from 0 up, not -1'],
  ['no limit at all', { maxBytes: Number.NaN }, 'options.maxBytes'],
  ['a wait that no timer counts', { lockWait: 2 ** 31 }, 'options.lockWait'],
  ['a wait that is text', { closeWait: '5' }, 'options.closeWait'],
  ['one directory in place of a list', { within: '/tmp' }, 'options.within must be an array'],
  ['a directory that is none', { within: ['/tmp', ''] }, 'options.within[1] must be a path'],
  ['locks that are none', { locks: {} }, 'options.locks must be an object with acquire'],
  ['a clock that stands', { now: 5 }, 'options.now must be a function'],
  ['null', null, 'options must be a plain object'],
])('SF-25: %s is INVALID_ARGUMENT', (_, options, message) => {
  expect(() => fileArtifacts('unused', options as never)).toThrow(invalid(message));
});

test.each([undefined, null, '', 5, 'a\0b', 'a\ud800', {}])('SF-25: %j is no directory', (directory) => {
  expect(() => fileArtifacts(directory as never)).toThrow(invalid('directory must be a path'));
});

test('SF-25: options of every method are checked, before anything is done', async () => {
  const directory = join(tempDirectory(), 'store');
  const artifacts = openArtifacts(directory, { maxBytes: Number.POSITIVE_INFINITY });
  const calls: [() => Promise<unknown>, string][] = [
    [() => artifacts.put(bytesOf('abc'), { nme: 'x' } as never), 'did you mean options.name?'],
    [() => artifacts.put(bytesOf('abc'), { name: 5 } as never), 'options.name must be text'],
    [() => artifacts.put(bytesOf('abc'), { signal: {} } as never), 'options.signal must be an AbortSignal'],
    [() => artifacts.put(bytesOf('abc'), null as never), 'options must be a plain object'],
    [() => artifacts.collect({ kep: [] } as never), 'did you mean options.keep?'],
    [() => artifacts.collect({ keep: 'a'.repeat(64) } as never), 'options.keep must be an iterable'],
    [() => artifacts.collect({ keep: 5 } as never), 'options.keep must be an iterable'],
    [() => artifacts.collect({ minAge: -1 }), 'options.minAge'],
    [() => artifacts.verify({ signal: 5 } as never), 'options.signal'],
  ];
  for (const [call, message] of calls) await expect(call(), message).rejects.toEqual(invalid(message));
  expect(existsSync(directory)).toBe(false);
});

test('SF-25: the README names every default as it is', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...readme.matchAll(/^\| `(\w+)`[^|]* \| ([\d ]+) ms \|/gm)].map(([, name, value]) => [
      name,
      Number(value?.replaceAll(' ', '')),
    ]),
  );
  const { chunkBytes, ...durations } = artifactDefaults;
  expect(Object.fromEntries(rows)).toEqual(durations);
  expect(readme).toContain(`chunks of ${chunkBytes / 1024} KB`);
  const internal = new Set(['locks', 'now']);
  for (const name of Object.keys(artifactOptionShape)) {
    if (!internal.has(name)) expect(readme).toContain(`| \`${name}\``);
  }
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findMarker } from './find-marker.ts';

/** The first cell of each row of the README's table of markers. */
function documented(): string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  return [...readme.matchAll(/^\| `((?:[A-Z_]+:|::).*?)` \|/gm)].map(([, line]) => line ?? '');
}

test('SF-78: every marker that the README shows is understood', () => {
  const kinds = documented().map((line) => findMarker(Buffer.from(line), 'strict'));
  expect(kinds).toEqual([
    {
      kind: 'step-start',
      name: 'compile',
      parameters: { stop_on_error: true, shard: 2, os: 'linux' },
    },
    { kind: 'step-complete', name: 'compile', parameters: {} },
    { kind: 'step-error', message: 'no such file: main.c' },
    { kind: 'artifact', path: 'dist/app.tgz', description: 'the package' },
    { kind: 'meta', key: 'version', value: '1.4.2' },
    { kind: 'group', name: 'Install' },
    { kind: 'end-group' },
    { kind: 'annotation', level: 'error', message: 'broken' },
    { kind: 'annotation', level: 'warning', message: 'old' },
  ]);
});

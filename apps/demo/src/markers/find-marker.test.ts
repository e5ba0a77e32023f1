import { describe, expect, test } from 'vitest';
import { findMarker, maxMarkerBytes } from './find-marker.ts';
import { corpus } from './fixtures/corpus.ts';
import type { Marker } from './marker.ts';

const strict = (line: string): Marker | undefined => findMarker(Buffer.from(line), 'strict');
const lenient = (line: string): Marker | undefined => findMarker(Buffer.from(line), 'lenient');

describe('strict mode', () => {
  test.each(corpus)('SF-69, SF-70: %j', (line, marker) => {
    expect(strict(line)).toEqual(marker);
  });

  test('SF-70: an unfinished UTF-8 sequence and a NUL do not hide a marker, nor reach the records', () => {
    const line = Buffer.concat([Buffer.from('STEP_START: a\0b'), Buffer.from([0xe2, 0x98])]);
    expect(findMarker(line, 'strict')).toEqual({
      kind: 'step-start',
      name: 'a\uFFFDb\uFFFD',
      parameters: {},
    });
  });

  test('SF-71: a key that names a prototype is a key like any other', () => {
    const marker = strict('STEP_START: a [__proto__=1] [constructor=2]');
    expect(marker).toMatchObject({ name: 'a' });
    const parameters = marker?.kind === 'step-start' ? marker.parameters : {};
    expect(Object.entries(parameters)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });

  test('SF-70, SF-77: a marker that is too long is not followed, and not passed over in silence', () => {
    const problem = (start: string): string =>
      `${start} stands in a line of more than ${maxMarkerBytes} bytes`;
    const long = 'x'.repeat(maxMarkerBytes);
    for (const start of ['STEP_START:', 'STEP_ERROR:', 'ARTIFACT:', 'META:', '::group', '::error'])
      expect(strict(`${start}:${long}`)).toEqual({ kind: 'malformed', problem: problem(start) });
    expect(strict(`\u001b[1mMETA: a:${long}`)).toEqual({ kind: 'malformed', problem: problem('META:') });
    for (const line of [`METADATA: ${long}`, `A line that says STEP_START: ${long}`, `::groups::${long}`])
      expect(strict(line)).toBeUndefined();
  });
});

describe('lenient mode', () => {
  test.each<[string, Marker | undefined]>([
    ['echo "STEP_START: Env Setup"', { kind: 'step-start', name: 'Env Setup', parameters: {} }],
    ["print('step_complete: Data')", { kind: 'step-complete', name: 'Data', parameters: {} }],
    ['// Artifact: a.txt:x', { kind: 'artifact', path: 'a.txt', description: 'x' }],
    ['META: a:b STEP_ERROR: c', { kind: 'step-error', message: 'c' }],
    ['::group::Install', { kind: 'group', name: 'Install' }],
    ['nothing here', undefined],
  ])('SF-70: %j', (line, marker) => {
    expect(lenient(line)).toEqual(marker);
  });
});

test('SF-70: the mode off finds nothing', () => {
  expect(findMarker(Buffer.from('STEP_START: a'), 'off')).toBeUndefined();
});

describe('hostile lines', () => {
  const around = (prefix: string, unit: string, suffix = ''): string =>
    prefix + unit.repeat(Math.floor((maxMarkerBytes - prefix.length - suffix.length) / unit.length)) + suffix;
  const hostile: readonly [string, string][] = [
    ['open brackets', around('STEP_START: ', '[a=')],
    ['nested brackets', around('STEP_START: ', '[a=', ']'.repeat(4000))],
    ['open braces and dashes', around('STEP_START: ', ' --a="{b:')],
    ['backslashes', around('STEP_START: ', '\\')],
    ['escapes', around('\u001b[', '1;', 'mSTEP_START: a')],
    ['unfinished escapes', around('', '\u001b[', 'STEP_START: a')],
    ['titles that never end', around('', '\u001b]0;', 'STEP_START: a')],
    ['colons', around('ARTIFACT: ', ':')],
    ['escaped colons', around('ARTIFACT: ', '\\:')],
    ['quotes', around('STEP_START: ', '"\')')],
    ['the end of a command that does not come', around('::error ', ':a')],
  ];

  test.each(hostile)('SF-70: %s cost no more than their length', (_, line) => {
    // No timing: what grows with the square of these takes longer than the runner's patience for ten thousand of them.
    for (let round = 0; round < 200; round += 1) {
      findMarker(Buffer.from(line), 'strict');
      findMarker(Buffer.from(line), 'lenient');
    }
  });

  test('SF-70: a line of 1 MB is not taken apart', () => {
    for (const mode of ['strict', 'lenient'] as const) {
      expect(findMarker(Buffer.from(`STEP_START: ${'[a='.repeat(350_000)}`), mode)?.kind).toBe('malformed');
    }
  });
});

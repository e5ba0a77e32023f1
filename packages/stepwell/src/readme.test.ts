import { readFileSync } from 'node:fs';
import { artifactDefaults } from '@stepwell/artifact-store';
import { defaults, errorCodes } from '@stepwell/core';
import { expect, test } from 'vitest';
import { openOptionShape } from './open-options.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** What the README says of each option. */
const told = new Map(
  rowsOf('Defaults').flatMap(([names = '', values = '']) => {
    const said = values.split(', ');
    return names.split(', ').map((name, index): [string, string] => [unquoted(name), said[index] ?? '']);
  }),
);

/** The cells of the table under a heading. */
function rowsOf(heading: string): string[][] {
  const section = readme.split('\n## ').find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function unquoted(text: string): string {
  return text.replaceAll('`', '');
}

function* namesOf(shape: object, path = ''): Generator<string> {
  for (const [name, within] of Object.entries(shape)) {
    if (typeof within === 'function') yield path + name;
    else yield* namesOf(within, `${path}${name}.`);
  }
}

test('SF-25: the README has a row for every option, and for nothing else; those of a backend it names', () => {
  const { records, logs, ...own } = openOptionShape;
  expect([...told.keys()].sort()).toEqual([...namesOf(own)].sort());
  const passedOn = /`records` takes (.*) of\n.*`logs` takes\n(.*) of /.exec(readme)?.slice(1) ?? [];
  const names = passedOn.map((list) => [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(names).toEqual([[...namesOf(records)], [...namesOf(logs)]]);
});

test('SF-25: every default that the README names is the one in the code', () => {
  const {
    groupOps,
    groupBytes,
    groupMs,
    bufferedOps,
    bufferedMs,
    queueOps,
    queueBytes,
    lineDelay,
    lineBytes,
    ...flat
  } = defaults;
  const inCode: Record<string, string | number> = {
    ...flat,
    'group.ops': groupOps,
    'group.bytes': groupBytes,
    'group.ms': groupMs,
    'buffered.ops': bufferedOps,
    'buffered.ms': bufferedMs,
    'queue.ops': queueOps,
    'queue.bytes': queueBytes,
    'recorder.lineDelay': lineDelay,
    'recorder.lineBytes': lineBytes,
    'artifacts.lockWait': artifactDefaults.lockWait,
    'artifacts.closeWait': artifactDefaults.closeWait,
  };
  for (const [name, value] of told) {
    const said =
      /^'(.*)'$/.exec(unquoted(value))?.[1] ?? Number(value.replace(/ ms$/, '').replaceAll(' ', ''));
    if (name in inCode) expect([name, said]).toEqual([name, inCode[name]]);
    // Those whose default is no figure: a function, a name, no limit at all.
    else
      expect(name).toMatch(
        /^(interrupted|purpose|onWarning|now|recorder\.newId|artifacts\.(maxBytes|within))$/,
      );
  }
});

test('S11: the README says of every code what to do', () => {
  expect(
    rowsOf('Errors')
      .map(([code = '']) => unquoted(code))
      .sort(),
  ).toEqual(Object.keys(errorCodes).sort());
});

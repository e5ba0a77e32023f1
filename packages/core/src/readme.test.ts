import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ScriptedDriver } from './fixtures/scripted-driver.ts';
import { openStore } from './store/open-store.ts';
import { warningIds } from './store/warning.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The cells of the table under a heading, without the two rows of its head. */
function rowsOf(heading: string): string[][] {
  const section = readme.split('\n## ').find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** `a.b.mean, .max` is two names. */
function namesIn(cell: string): string[] {
  const [first = '', ...ends] = cell.split(', ');
  return [first, ...ends.map((end) => first.slice(0, first.lastIndexOf('.')) + end)];
}

test('SF-53: the README explains every measure of a store, in order, with its unit, and no other', async () => {
  await using store = await openStore(new ScriptedDriver());
  const told = rowsOf('What is measured').flatMap(([names = '', unit]) =>
    namesIn(names).map((name) => [name, unit === 'ms' ? 'milliseconds' : unit]),
  );
  const measured = (await store.stats()).map(({ name, unit, kind }) => [
    name,
    kind === 'counter' ? kind : unit,
  ]);
  expect(told).toEqual(measured);
});

test('SF-58: the README says of every warning when it comes and what to do, and knows no other', () => {
  const rows = rowsOf('Warnings');
  expect(rows.map(([id]) => id)).toEqual(warningIds);
  for (const [id, ...columns] of rows) {
    expect(
      columns.map((cell) => cell.length > 0),
      id,
    ).toEqual([true, true]);
  }
});

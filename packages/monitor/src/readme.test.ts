import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Threshold, thresholds } from './examine/thresholds.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** `warn 50 MiB, fail 512 MiB` is two limits, in the unit of the measure. */
function limitsIn(cell: string): Threshold {
  const limits = [...cell.matchAll(/(warn|fail) ([\d. ]+)(MiB)?/g)].map(
    ([, level = '', figure = '', unit]) => {
      return [level, Number(figure.replaceAll(' ', '')) * (unit === 'MiB' ? 1024 * 1024 : 1)];
    },
  );
  return Object.fromEntries(limits);
}

test('SF-57: the README names every threshold with its limits, and no other', () => {
  const rows = [...readme.matchAll(/^\| `([\w.]+)` \| (warn [^|]*|fail [^|]*)\|/gm)];
  const told = rows.map(([, key = '', cell = '']): [string, Threshold] => [key, limitsIn(cell)]);
  const limits = Object.entries(thresholds).map(([key, { warn, fail }]): [string, Threshold] => [
    key,
    { ...(warn !== undefined && { warn }), ...(fail !== undefined && { fail }) },
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(limits));
});

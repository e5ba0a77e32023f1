import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { logGroups } from './logs/log-conformance.ts';
import { recordGroups } from './records/record-conformance.ts';
import { storeGroups } from './store/store-conformance.ts';

test('the README lists every group of every suite with the number of its tests', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` \| ([^|]+) \| (\d+) \|$/gm)].map(
    ([, suite, group, count]) => [suite, group, Number(count)],
  );
  const suites = {
    recordConformance: recordGroups,
    logConformance: logGroups,
    storeConformance: storeGroups,
  };
  const expected = Object.entries(suites).flatMap(([suite, groups]) =>
    groups.map(({ name, tests }) => [suite, name, Object.keys(tests).length]),
  );
  expect(rows).toEqual(expected);
});

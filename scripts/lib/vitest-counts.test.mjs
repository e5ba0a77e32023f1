import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addCounts, countTests, forgetReport, formatCounts } from './vitest-counts.mjs';

let directory;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stepwell-counts-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function report(content) {
  mkdirSync(join(directory, '.vitest'), { recursive: true });
  const empty = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
  writeFileSync(join(directory, '.vitest/report.json'), JSON.stringify({ ...empty, ...content }));
}

test('counts what passed, failed and was skipped', () => {
  report({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 });
  expect(countTests(directory)).toEqual({ passed: 5, failed: 1, skipped: 3 });
});

test('a file that could not be loaded is a failure, though no test in it failed', () => {
  report({ testResults: [{ status: 'failed', assertionResults: [] }] });
  expect(countTests(directory).failed).toBe(1);
});

test('an old report is forgotten, and none is not a count of zero', () => {
  report({ numPassedTests: 5 });
  forgetReport(directory);
  expect(countTests(directory)).toBeUndefined();
});

test('the last line of `npm test`', () => {
  const all = addCounts([
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 3, failed: 1, skipped: 0 },
  ]);
  expect(formatCounts(all)).toBe('5 passed, 1 failed');
  expect(formatCounts({ ...all, skipped: 4 })).toBe('5 passed, 1 failed, 4 skipped');
});

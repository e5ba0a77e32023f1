import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const reportPath = (directory) => join(directory, '.vitest/report.json');

/** A report of an earlier run must not be counted as one of this run. */
export function forgetReport(directory) {
  rmSync(reportPath(directory), { force: true });
}

/** `{ passed, failed, skipped }` of a package's last test run, or undefined where it has not run. */
export function countTests(directory) {
  let report;
  try {
    report = JSON.parse(readFileSync(reportPath(directory), 'utf8'));
  } catch {
    return undefined;
  }
  // A file that cannot even be loaded holds no failed test; without this it would count as nothing at all.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function addCounts(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) for (const key of Object.keys(total)) total[key] += counts[key];
  return total;
}

/** The line that ends `npm test`. */
export function formatCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

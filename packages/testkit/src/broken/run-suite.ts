import type { TestRunner } from '../conformance/support/suite.ts';

interface Collected {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** A broken driver may wait for ever; a test that takes this long has found it out. In milliseconds. */
const patience = 10_000;

/** Runs the tests of a suite whose titles fit, without a test runner, and answers the titles of those that failed. */
export async function failuresOf(
  define: (runner: TestRunner) => void,
  titles: RegExp = /./,
): Promise<string[]> {
  const tests: Collected[] = [];
  define({ describe: (_, body) => body(), it: (title, run) => tests.push({ title, run }) });
  const failed: string[] = [];
  for (const { title, run } of tests) {
    if (titles.test(title) && !(await succeeds(run))) failed.push(title);
  }
  return failed;
}

async function succeeds(run: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patience);
  });
  const done = run().then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([done, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

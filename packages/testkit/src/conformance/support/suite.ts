import type { Driver } from '@stepwell/core';
import type { Workspace } from '../../workspace/workspace.ts';
import { runTest, type TestBed } from './test-bed.ts';

/** All that a suite asks of a test runner: vitest, jest, mocha and `node:test` have it. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  it(name: string, run: () => Promise<void>): unknown;
}

/**
 * Makes a new driver over what lies in `workspace`: what an earlier one stored there must be there again. Called once
 * for each handle that a test opens.
 */
export type DriverFactory<View, Op> = (workspace: Workspace) => Driver<View, Op> | Promise<Driver<View, Op>>;

/** One property of a store. It gets an empty bed, and cleans nothing up. */
export type ConformanceTest<View, Op> = (bed: TestBed<View, Op>) => Promise<void>;

/** Tests of one group of semantics, by their names. */
export interface ConformanceGroup<View, Op> {
  readonly name: string;
  readonly tests: Readonly<Record<string, ConformanceTest<View, Op>>>;
}

/** Hands the tests of `groups` to the runner. */
export function defineSuite<View, Op>(
  runner: TestRunner,
  name: string,
  factory: DriverFactory<View, Op>,
  groups: readonly ConformanceGroup<View, Op>[],
): void {
  runner.describe(name, () => {
    for (const group of groups) {
      runner.describe(group.name, () => {
        for (const [title, test] of Object.entries(group.tests)) {
          runner.it(title, async () => await runTest(factory, test));
        }
      });
    }
  });
}

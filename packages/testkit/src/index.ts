/**
 * What it takes to trust a backend of Stepwell: private workspaces, reference backends, crash points, child processes
 * and the conformance suites, for any test runner.
 *
 * @packageDocumentation
 */

export { type Child, type ChildExit, type ChildOptions, runChild } from './child/run-child.ts';
export { logConformance } from './conformance/logs/log-conformance.ts';
export { recordConformance } from './conformance/records/record-conformance.ts';
export type { CombinedOp, CombinedRecordView } from './conformance/store/group.ts';
export { storeConformance } from './conformance/store/store-conformance.ts';
export type { DriverFactory, TestRunner } from './conformance/support/suite.ts';
export { armFromEnvironment, crashEnvironment } from './crash/arm-from-environment.ts';
export { type ArmedCrash, type CrashMode, type CrashOptions, crashAt } from './crash/crash-at.ts';
export { CrashError } from './crash/crash-error.ts';
export { type CrashPointRecord, recordCrashPoints } from './crash/record-crash-points.ts';
export { MemoryDisk, type MemoryOptions } from './memory/memory-disk.ts';
export { memoryLogs } from './memory/memory-logs.ts';
export { memoryRecords } from './memory/memory-records.ts';
export { makeWorkspace, type Workspace } from './workspace/workspace.ts';

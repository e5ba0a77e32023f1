/**
 * What it takes to trust a backend of Stepwell: private workspaces, reference backends, crash points, child processes
 * and the conformance suites, for any test runner.
 *
 * @packageDocumentation
 */

export { MemoryDisk, type MemoryOptions } from './memory/memory-disk.ts';
export { memoryLogs } from './memory/memory-logs.ts';
export { memoryRecords } from './memory/memory-records.ts';
export { makeWorkspace, type Workspace } from './workspace/workspace.ts';

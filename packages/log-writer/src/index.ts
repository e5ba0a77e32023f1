/**
 * Logs in append-only, checksummed segment files: many streams, one write for each group commit.
 *
 * @packageDocumentation
 */

export { type LogCrashPoint, logCrashPoints } from './crash/log-crash-points.ts';
export { fileLogs } from './driver/file-logs.ts';
export { type FileLogsOptions, fileLogsOptionShape } from './driver/file-logs-options.ts';
export type { Descriptor, FileIdentity, FileSystem } from './file-system/file-system.ts';
export { nodeFileSystem } from './file-system/node-file-system.ts';

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
export { type LinePatternOptions, linePattern } from './pattern/line-pattern.ts';
export { type RepairLogsOptions, repairLogs } from './repair/repair-logs.ts';
export type { LineStore } from './writers/line-store.ts';
export { logWritable } from './writers/log-writable.ts';
export type { LogWritableOptions } from './writers/log-writable-options.ts';
export { type PinoDestination, pinoDestination } from './writers/pino-destination.ts';

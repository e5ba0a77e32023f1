/**
 * The whole store in one package: `open(directory)`.
 *
 * @packageDocumentation
 */

export * from '@stepwell/core';
export {
  type LinePatternOptions,
  type LineStore,
  type LogWritableOptions,
  linePattern,
  logWritable,
  type PinoDestination,
  pinoDestination,
} from '@stepwell/log-writer';
export {
  createMonitor,
  type Monitor,
  type MonitorOptions,
  pruneRecords,
  type RetentionOptions,
} from '@stepwell/monitor';
export * from './export/export-logs.ts';
export * from './open.ts';
export type {
  LogsOptions,
  OpenOptions,
  ReadOnlyOptions,
  RecordsOptions,
  RepairOptions,
} from './open-options.ts';
export * from './open-read-only.ts';
export * from './repair-store.ts';

/**
 * The vocabulary, the contract and the semantics of Stepwell, without a backend and without a runtime dependency.
 *
 * @packageDocumentation
 */

export * from './combine/combine.ts';
export { combineCrashPoints } from './combine/combined-prepare.ts';
export { coreCrashPoints } from './commit/commit-group.ts';
export * from './contract/batch.ts';
export * from './contract/change.ts';
export * from './contract/content-store.ts';
export * from './contract/driver.ts';
export * from './contract/durability.ts';
export * from './contract/head.ts';
export * from './contract/lock.ts';
export * from './contract/maintenance.ts';
export * from './contract/measure.ts';
export * from './contract/pin.ts';
export * from './crash/crash-point.ts';
export * from './errors/error-code.ts';
export * from './errors/store-error.ts';
export * from './errors/system-error.ts';
export * from './facts/execute-fact-plan.ts';
export * from './facts/fact.ts';
export * from './facts/fact-plan.ts';
export * from './facts/fact-query.ts';
export * from './iterate/to-array.ts';
export * from './locks/memory-locks.ts';
export * from './logs/admit-log-op.ts';
export * from './logs/check-line-range.ts';
export * from './logs/check-search.ts';
export * from './logs/copy-log-op.ts';
export type { LineColumns } from './logs/line-columns.ts';
export * from './logs/line-columns-of.ts';
export type { LineKind } from './logs/line-kind.ts';
export * from './logs/line-pattern.ts';
export * from './logs/log-line.ts';
export * from './logs/log-op.ts';
export * from './logs/log-text.ts';
export { type LostRange, lostMark } from './logs/log-text-lost.ts';
export * from './logs/log-view.ts';
export * from './logs/make-log-line.ts';
export * from './logs/prune-op.ts';
export * from './logs/tail.ts';
export * from './logs/wake-up.ts';
export { checkOptions } from './options/check-options.ts';
export * from './options/option-checks.ts';
export * from './options/option-shape.ts';
export * from './platform/boot-id.ts';
export * from './platform/breather.ts';
export * from './platform/hard-links.ts';
export * from './platform/make-directory.ts';
export { assertLocalFiles, type FileSystemLookup, fileSystemType } from './platform/network-files.ts';
export * from './platform/overdue-turn.ts';
export * from './platform/uuid.ts';
export * from './platform/watch-directory.ts';
export * from './recorder/create-recorder.ts';
export * from './recorder/recorder.ts';
export * from './recorder/recorder-option-shape.ts';
export { withRecoveryLock } from './recorder/recovery-lock.ts';
export * from './recorder/settle-interrupted.ts';
export * from './records/admit-record-op.ts';
export * from './records/artifact.ts';
export * from './records/check-record-query.ts';
export * from './records/copy-record-op.ts';
export * from './records/execution.ts';
export * from './records/json.ts';
export * from './records/ownership.ts';
export * from './records/record-kind.ts';
export * from './records/record-op.ts';
export * from './records/record-query.ts';
export * from './records/record-view.ts';
export * from './records/status.ts';
export * from './records/step.ts';
export * from './session/session.ts';
export * from './snapshot/snapshot.ts';
export * from './store/defaults.ts';
export * from './store/open-reader.ts';
export * from './store/open-store.ts';
export * from './store/store.ts';
export {
  type ReaderOptions,
  readerOptionShape,
  type StoreOptions,
  storeOptionShape,
} from './store/store-options.ts';
export * from './store/warning.ts';
export * from './views/view-gate.ts';

import type { Capability, Driver, LeaderState, OpenContext } from '../contract/driver.ts';
import type { Head } from '../contract/head.ts';
import type { CompactOptions, Maintenance, MaintenanceReport } from '../contract/maintenance.ts';
import { StoreError } from '../errors/store-error.ts';
import type { LogOp } from '../logs/log-op.ts';
import type { LogView } from '../logs/log-view.ts';
import { runAll } from '../store/run-all.ts';
import { pinBoth } from './combined-pin.ts';
import { prepareBoth } from './combined-prepare.ts';
import { mergeReports } from './merge-reports.ts';
import { isLogOp } from './split-batch.ts';

/** What a snapshot of a combined store shows: both sides at one epoch. */
export interface CombinedView<RecordView> {
  readonly records: RecordView;
  readonly logs: LogView;
}

/**
 * Makes one store of two backends: one epoch line, one lock, one snapshot. The records lead: what they committed is
 * what happened, and the logs follow.
 *
 * @throws `INVALID_ARGUMENT` when `records` cannot lead or `logs` cannot follow
 *
 * @example
 * ```ts
 * import { appendLines, combine, openStore, putExecution } from '@stepwell/core';
 * import { memoryLogs, memoryRecords } from '@stepwell/testkit';
 *
 * const store = await openStore(combine({ records: memoryRecords(), logs: memoryLogs() }));
 * await store.write([
 *   putExecution({ id: 'nightly-1', name: 'nightly', createdAt: Date.now() }),
 *   appendLines('nightly-1', ['hello']),
 * ]);
 * await store.close();
 * ```
 */
export function combine<RecordView, RecordOp>(parts: {
  readonly records: Driver<RecordView, RecordOp>;
  readonly logs: Driver<LogView, LogOp>;
}): Driver<CombinedView<RecordView>, RecordOp | LogOp> {
  const { records, logs } = parts;
  if (!records.capabilities.has('lead')) throw cannot(records.name, 'lead');
  if (!logs.capabilities.has('follow')) throw cannot(logs.name, 'follow');

  const leaderAt = (head: Head): LeaderState => ({
    store: head.store,
    epoch: head.epoch,
    mark: head.marks.logs ?? 0,
    extents: async (since) => (await records.extents?.(since)) ?? {},
    sync: () => records.sync(),
  });

  let logsWereOpened = false;
  return {
    name: `${records.name}+${logs.name}`,
    capabilities: sharedCapabilities(records.capabilities, logs.capabilities),
    ...(records.locks && { locks: records.locks }),

    async open(context: OpenContext) {
      const head = await records.open(context);
      logsWereOpened = true;
      await logs.open({ ...context, leader: leaderAt(head) });
      return head;
    },
    async refresh() {
      const head = await records.refresh();
      await logs.refresh(leaderAt(head));
      return head;
    },
    copy: (op) => (isLogOp(op) ? (logs.copy?.(op) ?? op) : (records.copy?.(op) ?? op)),
    admit: (op) => (isLogOp(op) ? logs.admit(op) : records.admit(op)),
    prepare: (batches, meta) => prepareBoth(records, logs, batches, meta),
    pin: () => pinBoth(records, logs),
    ...(records.changes && { changes: records.changes.bind(records) }),
    // Whatever is committed, the records are: theirs is the commit that counts.
    ...(records.watch && { watch: records.watch.bind(records) }),
    async sync() {
      // The order of S2: records never survive a power cut that their lines do not.
      await logs.sync();
      await records.sync();
    },
    maintenance: bothMaintained(records.maintenance ?? {}, logs.maintenance ?? {}),
    stats: async () => [...(await records.stats()), ...(await logs.stats())],
    async close() {
      await runAll(
        async () => logsWereOpened && (await logs.close()),
        () => records.close(),
        // The records' locks are the store's, which closes them last; others that the logs brought were never used.
        async () => logs.locks !== records.locks && (await logs.locks?.close()),
      );
    },
  };
}

function cannot(driver: string, capability: Capability): StoreError {
  return new StoreError('INVALID_ARGUMENT', `the driver ${driver} cannot ${capability} in combine()`);
}

/** What outlives something must do so on both sides; the rest is the records' to offer. */
function sharedCapabilities(
  records: ReadonlySet<Capability>,
  logs: ReadonlySet<Capability>,
): ReadonlySet<Capability> {
  const both: readonly Capability[] = ['persistent', 'power-loss', 'multi-process'];
  const fromRecords: readonly Capability[] = ['transaction-ids', 'changes'];
  return new Set([
    ...both.filter((capability) => records.has(capability) && logs.has(capability)),
    ...fromRecords.filter((capability) => records.has(capability)),
  ]);
}

/** Each task runs on the logs, then on the records, where they offer it. */
function bothMaintained(records: Partial<Maintenance>, logs: Partial<Maintenance>): Partial<Maintenance> {
  const tasks = ['checkpoint', 'compact', 'collect', 'verify', 'repair', 'optimize', 'prune'] as const;
  const both: Partial<
    Record<(typeof tasks)[number], (options?: CompactOptions) => Promise<MaintenanceReport>>
  > = {};
  for (const task of tasks) {
    const parts = Object.entries({ logs, records }).filter(([, part]) => part[task] !== undefined);
    if (parts.length === 0) continue;
    both[task] = async (options) => {
      const reports: (readonly [string, MaintenanceReport])[] = [];
      for (const [name, part] of parts) {
        const report = await part[task]?.(options);
        if (report !== undefined) reports.push([name, report]);
      }
      return mergeReports(Object.fromEntries(reports));
    };
  }
  return both;
}

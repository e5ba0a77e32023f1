import {
  checkOptions,
  type Head,
  type LeaderState,
  type MaintenanceReport,
  type OpenContext,
  StoreError,
  type StoreWarning,
} from '@stepwell/core';
import { repairLogs } from '@stepwell/log-writer';
import { checkDirectory } from './check-directory.ts';
import { driversOf } from './drivers.ts';
import { locateStore } from './locate-store.ts';
import { holdsRecords, refuseLostRecords } from './lost-records.ts';
import { type RepairOptions, repairOptionShape } from './open-options.ts';

/**
 * Repairs the logs of the store in `directory`, which refuses to open since they are damaged. Nobody may have it open for
 * writing. What can be read of them is kept; lines that cannot are `lost` from then on, and every damaged file is moved to
 * `logs/damaged/`. The records say which lines there must be, and are left as they are: a damaged database is told by
 * `verify` and by opening, and comes back from a copy only.
 *
 * @returns what was wrong, also where it is repaired now. `performed` is false when nothing was, or with `dryRun`
 * @throws `NOT_FOUND` when there is no store; `LOCKED` when somebody has it open for writing; `CORRUPT` when the records are
 * missing, damaged, or older than the logs; `INVALID_ARGUMENT SCHEMA_TOO_NEW ABORTED READ_ONLY NO_SPACE IO`
 *
 * @example
 * ```ts
 * import { open, repairStore } from 'stepwell';
 *
 * await (await open('.stepwell')).close(); // there is a store now
 *
 * const { performed, problems } = await repairStore('.stepwell', { dryRun: true });
 * console.log(performed, problems);
 * ```
 */
export async function repairStore(
  directory: string,
  options: RepairOptions = {},
): Promise<MaintenanceReport> {
  const path = checkDirectory(directory);
  const {
    records: recordsOptions,
    logs,
    dryRun = false,
    signal,
  } = checkOptions<RepairOptions>(options, repairOptionShape);
  const layout = locateStore(path);
  refuseLostRecords(layout);
  if (!holdsRecords(layout))
    throw new StoreError('NOT_FOUND', `there is no store in ${path}`, { details: { path } });
  const { records } = driversOf(layout, { records: recordsOptions, logs, create: false });
  const { locks } = records;
  if (locks === undefined) throw new Error('records have locks');
  const warnings: StoreWarning[] = [];
  let isOpen = false;
  const leader = async (): Promise<LeaderState> => {
    const turn: OpenContext['turn'] = (work) => work();
    const warn = (warning: StoreWarning) => warnings.push(warning);
    isOpen = true;
    const head = await records.open({ mode: 'write', now: Date.now, warn, locks, turn });
    return leaderAt(head, records);
  };
  try {
    const report = await repairLogs({
      ...logs,
      directory: layout.logs,
      locks,
      leader,
      dryRun,
      ...(signal !== undefined && { signal }),
    });
    const told = warnings.map(({ id, message }) => ({ id, where: layout.records, message }));
    return { ...report, problems: [...report.problems, ...told] };
  } finally {
    try {
      if (isOpen) await records.close();
    } finally {
      await locks.close();
    }
  }
}

/** Where the records stand: see `combine`. */
function leaderAt(
  { store, epoch, marks }: Head,
  records: ReturnType<typeof driversOf>['records'],
): LeaderState {
  return {
    store,
    epoch,
    mark: marks.logs ?? 0,
    extents: async (since) => (await records.extents?.(since)) ?? {},
    sync: () => records.sync(),
  };
}

import type { ArtifactStore } from '@stepwell/artifact-store';
import type { CollectOptions, CombinedView, Driver, MaintenanceReport, RecordView } from '@stepwell/core';

/**
 * Gives a driver the `collect` that frees the contents which no artifact record names (SF-37). Three things stay:
 *
 * - what is on its way: a content is put before its record is committed, so what was put within the hour is no garbage;
 *   and that hour is counted from before the names are read
 * - what a snapshot of any process may still show: what lost its name waits for `unnamedFor` ms
 * - what a power cut may bring back: the removal of the records is on the disk before a content is deleted
 */
export function collectingContents<View extends CombinedView<RecordView>, Op>(
  driver: Driver<View, Op>,
  artifacts: Pick<ArtifactStore, 'collect'>,
  unnamedFor: number,
): Driver<View, Op> {
  const { maintenance = {} } = driver;
  const collect = async ({ dryRun = false, ...options }: CollectOptions = {}): Promise<MaintenanceReport> => {
    const own = await maintenance.collect?.({ dryRun, ...options });
    const keep = durableNames(driver, dryRun);
    const contents = await artifacts.collect({ ...options, dryRun, keep, unnamedFor });
    return merged(own, contents);
  };
  return { ...driver, maintenance: { ...maintenance, collect } };
}

/** The hashes that records name when the first is asked for. At the end no power cut brings back others, unless nothing is to go. */
async function* durableNames<View extends CombinedView<RecordView>, Op>(
  driver: Driver<View, Op>,
  dryRun: boolean,
): AsyncGenerator<string, void, undefined> {
  const pin = await driver.pin();
  try {
    for await (const { hash } of pin.view.records.list('artifact')) if (hash !== null) yield hash;
  } finally {
    await pin.release();
  }
  if (!dryRun) await driver.sync();
}

/** Of the driver's own reasons each says whose it is. */
function merged(own: MaintenanceReport | undefined, contents: MaintenanceReport): MaintenanceReport {
  const reasons = [own?.reason, contents.reason && `artifacts: ${contents.reason}`].filter(Boolean);
  return {
    performed: own?.performed === true || contents.performed,
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
    measures: [...(own?.measures ?? []), ...contents.measures],
    problems: [...(own?.problems ?? []), ...contents.problems],
  };
}

import { join } from 'node:path';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { OpenLog } from '../driver/open-log.ts';
import type { Manifest } from '../format/manifest.ts';
import { segmentName } from '../format/segment-name.ts';
import { attempt } from '../segment/file-calls.ts';
import { makePinFile } from '../view/pin-file.ts';

/**
 * Puts other files in the place of some: the same commits, held otherwise.
 *
 *     sync logs and leader ──► in a writer's turn: read the manifest again ──► change ──► make `pin-<next generation>`
 *       ──► replace the manifest
 *
 * What is taken out of `segments` goes to `retired`, under the number of the lock that its readers hold, and those who pin
 * from now on hold another. A change that takes nothing out keeps the number.
 *
 * Everything committed before the call survives power loss before the manifest is replaced, and nothing else may be in the
 * new files: what was sorted into them can not be cut off the end of the log any more, so the records must never go back
 * behind it. The sync comes before the turn, for which writers wait.
 *
 * @param change answers the manifest with other `segments` or another `nextSegment`, its files synced; `undefined` when the
 * current one is not what it reckoned with
 * @returns false, and nothing is changed, when `change` answered nothing, or a file that it adds is gone
 * @throws `POISONED` when it is unclear which manifest is there; `NO_SPACE IO`, and it is still the old one; `READ_ONLY`,
 * and what a turn throws
 */
export async function publish(
  log: OpenLog,
  change: (current: Manifest) => Manifest | undefined,
): Promise<boolean> {
  log.checkWritable();
  await log.syncAll();
  return await log.turn(async () => {
    log.appender.check();
    log.adoptManifest();
    const current = log.files.manifest;
    const changed = change(current);
    if (changed === undefined || !areThere(log, newIn(changed, current))) return false;
    logCrashPoint('log:publish.before');
    const next = retire(current, changed);
    if (next === undefined) return true;
    if (next.pins !== current.pins) await makePinFile(log.locks, next.pins);
    logCrashPoint('log:publish.pinned');
    await log.replaceManifest(next);
    logCrashPoint('log:publish.after');
    return true;
  });
}

/** `changed` with what it takes out of `current` among the retired; `undefined` when nothing is changed. */
function retire(current: Manifest, { segments, nextSegment }: Manifest): Manifest | undefined {
  const kept = new Set(segments.map(({ id }) => id));
  const removed = current.segments.filter(({ id }) => !kept.has(id));
  const isSame = removed.length === 0 && segments.length === current.segments.length;
  if (isSame && nextSegment === current.nextSegment) return undefined;
  if (removed.length === 0) return { ...current, segments, nextSegment };
  const retired = removed.map(({ id, kind }) => ({ id, kind, pins: current.pins }));
  const pins = current.generation + 1;
  return { ...current, segments, nextSegment, pins, retired: [...current.retired, ...retired] };
}

function newIn(changed: Manifest, current: Manifest): Manifest['segments'] {
  const known = new Set(current.segments.map(({ id }) => id));
  return changed.segments.filter(({ id }) => !known.has(id));
}

/** An open for writing of another process may have taken one for what a dead process left. */
function areThere({ fileSystem, files }: OpenLog, segments: Manifest['segments']): boolean {
  const paths = segments.map((segment) => join(files.directory, segmentName(segment)));
  return paths.every(
    (path) => attempt('cannot identify', path, () => fileSystem.identify(path), true) !== undefined,
  );
}

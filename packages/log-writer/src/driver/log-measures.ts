import type { Measure } from '@stepwell/core';
import { FrameIndex } from '../index/frame-index.ts';
import type { OpenLog } from './open-log.ts';

/** What the monitor is told. */
export function logMeasures({ files, appender, pins, mode }: OpenLog): readonly Measure[] {
  const { manifest, index, end } = files;
  // Those that go on from one segment to the next are told apart where both are in memory.
  const scanned = index.framed.map((segment) => segment.index).filter((one) => one instanceof FrameIndex);
  const framed = new Set(scanned.flatMap((one) => [...one.streams.keys()]));
  const stored = index.framed.filter((segment) => !(segment.index instanceof FrameIndex));
  const streams = [...index.sealed, ...stored.map((segment) => segment.index)].reduce(
    (all, one) => all + ('streamCount' in one ? one.streamCount : one.streams),
    framed.size,
  );
  const complete = sum(manifest.segments.slice(0, -1));
  const backlog = index.framed.slice(0, -1);
  const synced = mode === 'write' ? appender.synced : files.synced;
  return [
    measure(
      'logs.streams',
      'count',
      streams,
      'Streams that have lines, or had some that were lost or pruned; those in several complete segments may count in each',
    ),
    measure('logs.lines', 'count', index.lines, 'Lines of all streams'),
    measure('logs.frames', 'count', index.frames, 'Commits that wrote lines'),
    measure('logs.segments', 'count', manifest.segments.length, 'Segment files'),
    measure('logs.bytes', 'bytes', complete + end, 'Size of all segment files'),
    measure('logs.sealed.segments', 'count', index.sealed.length, 'Of these, how many are sealed'),
    measure('logs.sealed.bytes', 'bytes', sum(index.sealed), 'Size of the sealed ones'),
    measure('logs.backlog.segments', 'count', backlog.length, 'Complete segments that wait to be sealed'),
    measure('logs.backlog.bytes', 'bytes', sum(backlog), 'Size of these'),
    measure(
      'logs.retired.segments',
      'count',
      manifest.retired.length,
      'Files that were replaced and are kept for readers, or until they are collected',
    ),
    measure('logs.active.bytes', 'bytes', end, 'Size of the segment that is appended to'),
    measure('logs.unsynced.bytes', 'bytes', Math.max(0, end - synced), 'What a power cut may take'),
    measure(
      'logs.appended.bytes',
      'bytes',
      appender.appendedBytes,
      'What this handle appended since it was opened',
    ),
    measure('logs.syncs', 'count', appender.syncs, 'How often this handle waited for the device'),
    measure('logs.pins', 'count', pins.count, 'Snapshots that this handle holds open'),
  ];
}

function sum(segments: readonly { readonly bytes: number }[]): number {
  return segments.reduce((all, { bytes }) => all + bytes, 0);
}

function measure(name: string, unit: Measure['unit'], value: number, meaning: string): Measure {
  return { name, unit, value, meaning };
}

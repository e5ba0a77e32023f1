import type { Measure } from '@stepwell/core';
import type { OpenLog } from './open-log.ts';

/** What the monitor is told. */
export function logMeasures({ files, appender, pins, mode }: OpenLog): readonly Measure[] {
  const { manifest, index, end } = files;
  const framed = new Set(index.framed.flatMap((segment) => [...segment.index.streams.keys()]));
  const streams = index.sealed.reduce((sum, segment) => sum + segment.streams, framed.size);
  const complete = manifest.segments.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0);
  const synced = mode === 'write' ? appender.synced : files.synced;
  return [
    measure(
      'logs.streams',
      'count',
      streams,
      'Streams that have lines, or had some that were lost or pruned; those in several sealed segments count in each',
    ),
    measure('logs.lines', 'count', index.lines, 'Lines of all streams'),
    measure('logs.frames', 'count', index.frames, 'Commits that wrote lines'),
    measure('logs.segments', 'count', manifest.segments.length, 'Segment files'),
    measure('logs.bytes', 'bytes', complete + end, 'Size of all segment files'),
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

function measure(name: string, unit: Measure['unit'], value: number, meaning: string): Measure {
  return { name, unit, value, meaning };
}

import { isStoreError, type Problem, toStoreError } from '@stepwell/core';
import type { SegmentFile } from '../segment/segment-file.ts';

export function tooLong(segment: SegmentFile, end: number): Problem {
  const message = `${segment.size - end} bytes follow the end that the manifest knows`;
  return { id: 'log.segment.size', where: segment.path, offset: end, message };
}

export function damaged(segment: SegmentFile, offset: number, next: number): Problem {
  return {
    id: 'log.frame.checksum',
    where: segment.path,
    offset,
    message: `${next - offset} bytes are no intact frame`,
  };
}

/** A failure to read, as something that is wrong. */
export function asProblem(what: 'segment' | 'manifest', where: string, error: unknown): Problem {
  const { code, message, details } = toStoreError(error, 'IO', `cannot read ${where}`);
  const offset = typeof details.offset === 'number' ? details.offset : 0;
  return {
    id: isStoreError(error, 'CORRUPT') ? `log.${what}.damaged` : `log.${what}.${code.toLowerCase()}`,
    where,
    offset,
    message,
  };
}

/** A frame whose checksum holds, and whose columns do not. */
export function meaningless(segment: SegmentFile, offset: number, error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `the frame is intact but makes no sense: ${reason}`;
  return { id: 'log.frame.contents', where: segment.path, offset, message };
}

/** An index whose checksum holds, and that is not that of its segment. */
export function misleading(segment: SegmentFile, offset: number, reason: string): Problem {
  const message = `the index of the segment is wrong: ${reason}`;
  return { id: 'log.index.contents', where: segment.path, offset, message };
}

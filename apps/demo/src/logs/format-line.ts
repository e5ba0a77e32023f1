import { isUtf8 } from 'node:buffer';
import type { LogLine, Step } from '@stepwell/core';
import { localTime } from '../output/relative-time.ts';
import type { LostLines } from './log-entry.ts';

const lineEnd = Buffer.from('\n');

/** A line as the bytes it was printed with. */
export function lineBytes({ bytes, terminated }: Pick<LogLine, 'bytes' | 'terminated'>): Uint8Array {
  return terminated ? Buffer.concat([bytes, lineEnd]) : bytes;
}

/** When a line was recorded, by the clock on the wall, with milliseconds: what stands before it. */
export function timestamp({ at }: LogLine): string {
  return `${localTime(at)}.${String(at % 1000).padStart(3, '0')} `;
}

/** What stands in the place of lost lines. */
export function lostMark({ from, to }: LostLines, step: Step | undefined): string {
  const where = step === undefined ? 'of the run itself' : `of step ${step.index}`;
  return `[stepwell: lines ${from} to ${to} ${where} were lost when the power failed]`;
}

/** A line as JSON: `text`, or `base64` where the bytes are no UTF-8; `matches` where lines stand around those sought. */
export function lineJson(line: LogLine, step: Step | undefined, matches?: boolean): string {
  const { number, at, level, source, terminated, epoch, ordinal, bytes } = line;
  return JSON.stringify({
    step: step?.index ?? null,
    number,
    at,
    level,
    source,
    terminated,
    epoch,
    ordinal,
    ...(matches !== undefined && { matches }),
    ...(isUtf8(bytes) ? { text: line.text } : { base64: Buffer.from(bytes).toString('base64') }),
  });
}

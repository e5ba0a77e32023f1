import type { LogLevel } from '@stepwell/core';
import type { LineFields } from './line-writable.ts';

/** Level and time as pino writes them, before anything of the caller's. Labels and dates are for `formatters` and `isoTime`. */
const head =
  /^\{"level":(?:(?<level>\d{1,9})|"(?<label>[^"\\]{1,32})"),"time":(?:(?<time>\d{1,16})|"(?<date>[^"\\]{1,40})")[,}]/;

/** Longer than any head that the expression takes. Bytes. */
const headBytes = 160;

/** A line that is looked into as a whole, since its head is not pino's own, may have so many bytes. */
const parsedBytes = 64 * 1024;

const openingBrace = 0x7b;

/** Level and time of a line of pino. What is no JSON, or has neither, has none: it is kept as it is. */
export function readPinoLine(content: Uint8Array): LineFields {
  if (content[0] !== openingBrace) return {};
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  const { groups } = head.exec(bytes.toString('latin1', 0, headBytes)) ?? {};
  if (groups !== undefined) {
    const { level, label, time, date } = groups;
    return fieldsOf(level === undefined ? label : Number(level), time === undefined ? date : Number(time));
  }
  const parsed = content.length <= parsedBytes ? parseObject(bytes.toString()) : {};
  return fieldsOf(parsed.level, parsed.time);
}

function parseObject(text: string): { readonly level?: unknown; readonly time?: unknown } {
  try {
    return JSON.parse(text) as object;
  } catch {
    // Somebody else printed it, or it was cut.
    return {};
  }
}

function fieldsOf(level: unknown, time: unknown): LineFields {
  const at = timeOf(time);
  const known = levelOf(level);
  return { ...(at !== undefined && { at }), ...(known !== undefined && { level: known }) };
}

const labels: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  fatal: 'error',
};

/** pino's numbers: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal; levels of one's own lie between. */
function levelOf(level: unknown): LogLevel | undefined {
  if (typeof level === 'string') {
    const label = level.toLowerCase();
    return Object.hasOwn(labels, label) ? labels[label] : undefined;
  }
  if (typeof level !== 'number') return undefined;
  if (level < 30) return 'debug';
  if (level < 40) return 'info';
  return level < 50 ? 'warning' : 'error';
}

/** Whoever counts seconds (`unixTime`) stays below this until the year 5138; milliseconds passed it in 1973. */
const seconds = 1e11;

function timeOf(time: unknown): number | undefined {
  const ms =
    typeof time === 'string'
      ? Date.parse(time)
      : typeof time === 'number' && time < seconds
        ? time * 1000
        : time;
  return typeof ms === 'number' && ms >= 0 && ms <= 8.64e15 ? Math.floor(ms) + 0 : undefined;
}

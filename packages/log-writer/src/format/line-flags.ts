import type { LogLevel, LogSource } from '@stepwell/core';
import { MalformedError } from './malformed-error.ts';

/*
 * One byte a line: bits 0–1 level, bits 2–3 source, bit 4 terminated, bits 5–7 zero. The order of the two lists is part
 * of the format, so they are not core's own.
 */
const levels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];
const sources: readonly LogSource[] = ['log', 'stdout', 'stderr'];

const levelBits: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warning: 2, error: 3 };
const sourceBits: Readonly<Record<LogSource, number>> = { log: 0, stdout: 4, stderr: 8 };
const terminatedBit = 16;

export interface LineFlags {
  readonly level: LogLevel;
  readonly source: LogSource;
  readonly terminated: boolean;
}

export function encodeFlags(line: LineFlags): number {
  return levelBits[line.level] | sourceBits[line.source] | (line.terminated ? terminatedBit : 0);
}

/** One object for each of the bytes that there can be: decoding a line makes no garbage. */
const decoded: readonly LineFlags[] = [false, true].flatMap((terminated) =>
  [0, 1, 2, 3].flatMap((source) =>
    levels.map((level) => ({ level, source: sources[source] ?? 'log', terminated })),
  ),
);

export function decodeFlags(byte: number): LineFlags {
  const flags = decoded[byte];
  if (flags === undefined || (byte & 12) === 12) throw new MalformedError(`no line has the flags ${byte}`);
  return flags;
}

/** Answers `flags`, when every byte of it is one that a line can have. @throws MalformedError */
export function checkFlags(flags: Uint8Array): Uint8Array {
  for (const byte of flags) if (decoded[byte] === undefined || (byte & 12) === 12) decodeFlags(byte);
  return flags;
}

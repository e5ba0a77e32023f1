import stripAnsi from 'strip-ansi';
import type { Marker, MarkerMode } from './marker.ts';
import { parseMarker, parseMarkerAnywhere } from './parse-marker.ts';

/** A longer line is never taken for what it marks: what a hostile line can cost is bounded by this. Bytes. */
export const maxMarkerBytes = 16_384;

/** How far escape sequences may push a marker to the right. Bytes. */
const maxEscapeBytes = 512;

const utf8 = new TextDecoder();

/** First bytes of a strict marker: `:`, `A`, `M`, `S`; and what may begin an escape sequence, ESC and C2 (9B). */
const candidates: ReadonlySet<number> = new Set([0x3a, 0x41, 0x4d, 0x53, 0x1b, 0xc2]);
const looksLikeMarker = /STEP_|ARTIFACT:|META:|::(?:group|endgroup|error|warning)/;

/**
 * The marker that a line of output is, if it is one. Pure. Most lines are none, and are known by their first byte:
 * only likely ones are decoded.
 */
export function findMarker(line: Uint8Array, mode: MarkerMode): Marker | undefined {
  if (mode === 'off' || line.length < 5) return undefined;
  if (line.length > maxMarkerBytes) return tooLong(line);
  if (mode === 'lenient') return parseMarkerAnywhere(readable(line));
  return isCandidate(line) ? parseMarker(readable(line)) : undefined;
}

function isCandidate(line: Uint8Array): boolean {
  return candidates.has(line[0] ?? 0) && looksLikeMarker.test(headOf(line).toString('latin1'));
}

/** Whoever printed a marker that is too long should hear of it. */
function tooLong(line: Uint8Array): Marker | undefined {
  if (!isCandidate(line)) return undefined;
  const start = /^(?:STEP_[A-Z]{1,20}:|ARTIFACT:|META:|::(?:group|error|warning)\b)/;
  const keyword = start.exec(readable(headOf(line)))?.[0];
  if (keyword === undefined) return undefined;
  return { kind: 'malformed', problem: `${keyword} stands in a line of more than ${maxMarkerBytes} bytes` };
}

function headOf(line: Uint8Array): Buffer {
  return Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, maxEscapeBytes));
}

/** Text that records can hold: no escape sequences, no NUL, no blanks at the end. */
function readable(line: Uint8Array): string {
  return stripAnsi(utf8.decode(line)).replaceAll('\0', '\uFFFD').trimEnd();
}

import stripAnsi from 'strip-ansi';
import type { Marker, MarkerMode } from './marker.ts';
import { parseMarker, parseMarkerAnywhere } from './parse-marker.ts';

/** A longer line is never a marker: what a hostile line can cost is bounded by this. Bytes. */
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
  if (mode === 'off' || line.length > maxMarkerBytes || line.length < 5) return undefined;
  if (mode === 'lenient') return parseMarkerAnywhere(readable(line));
  if (!candidates.has(line[0] ?? 0)) return undefined;
  const head = Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, maxEscapeBytes));
  if (!looksLikeMarker.test(head.toString('latin1'))) return undefined;
  return parseMarker(readable(line));
}

/** Text that records can hold: no escape sequences, no NUL, no blanks at the end. */
function readable(line: Uint8Array): string {
  return stripAnsi(utf8.decode(line)).replaceAll('\0', '\uFFFD').trimEnd();
}

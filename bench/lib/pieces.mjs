import { logLine } from './log-lines.mjs';

/** Lines that come together: about as many as a pipe gives at a time. */
export const pieceLines = 500;

/** Written over and over; more than the caches of a processor hold. */
const pieces = Array.from({ length: 200 }, (_, piece) =>
  // By way of bytes: as lines come from a pipe, and not as ropes of what they were put together from.
  Array.from({ length: pieceLines }, (_, n) => Buffer.from(logLine(piece * pieceLines + n)).toString()),
);

/** The streams, by number. */
export const streams = Array.from({ length: 100 }, (_, n) => `step-${String(n).padStart(3, '0')}`);

/** How often each stream is given a piece until there are `lines` in all. */
export function turnsOf(lines) {
  return lines / pieceLines / streams.length;
}

/** The lines that the stream with this number is given in this turn. */
export function pieceOf(turn, stream) {
  return pieces[(turn * streams.length + stream * 7) % pieces.length];
}

/** All that the stream with this number is given in `turns` turns. */
export function* linesOf(turns, stream) {
  for (let turn = 0; turn < turns; turn += 1) yield* pieceOf(turn, stream);
}

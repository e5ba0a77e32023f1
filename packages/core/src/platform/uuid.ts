import { randomFillSync } from 'node:crypto';

/*
 * UUID version 7 (RFC 9562, section 5.7), with the counter of section 6.2, method 1:
 *
 *   unix milliseconds (48) | version 7 (4) | counter (12) | variant (2) | random (62)
 *
 * The counter makes ids of one process rise within a millisecond, so that sorting by id is sorting by time.
 */
const random = new Uint8Array(10);
let lastMs = 0;
let counter = 0;

/** A new time-ordered id. `now` is in milliseconds since the Unix epoch. */
export function uuidv7(now: number = Date.now()): string {
  randomFillSync(random);
  if (now > lastMs) {
    lastMs = now;
    // Half the range is left free above the start.
    counter = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) & 0x7ff;
  } else if (++counter > 0xfff) {
    // More than the counter holds in one millisecond, or a clock that ran backwards: borrow from the next one.
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const tail = Buffer.from(random.subarray(0, 8));
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
  const hex = tail.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${hex.slice(0, 4)}-${hex.slice(4)}`;
}

/** Of each byte, the remainder that `crc32` adds for it. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder >>> 0;
});

/** Which byte has the remainder with this highest byte: no two have the same. */
const byHighest = new Uint8Array(256);
for (const [byte, remainder] of table.entries()) byHighest[remainder >>> 24] = byte;

/**
 * From where the checksum of `bytes` was started when it came out as `crc`: `crc32(bytes, startOfCrc32(bytes, crc))` is
 * `crc`. So a salt is found again where the header that said it is damaged.
 */
export function startOfCrc32(bytes: Uint8Array, crc: number): number {
  let state = ~crc >>> 0;
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = byHighest[state >>> 24] ?? 0;
    state = (((state ^ (table[byte] ?? 0)) << 8) | (byte ^ (bytes[i] ?? 0))) >>> 0;
  }
  return ~state >>> 0;
}

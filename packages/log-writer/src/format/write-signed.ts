import type { ByteWriter } from './byte-writer.ts';

/**
 * A safe integer with a sign: bit 0 of the first byte is set for a negative one, bits 1–6 are the lowest of its
 * magnitude, bit 7 says that the rest follows as a varint. Twice the number as a varint would not do: the distance of
 * two times may need all bits that a safe integer has.
 */
export function writeSigned(writer: ByteWriter, value: number): void {
  const magnitude = Math.abs(value);
  const low = (magnitude % 64) * 2 + (value < 0 ? 1 : 0);
  if (magnitude < 64) writer.byte(low);
  else {
    writer.byte(low | 0x80);
    writer.varint(Math.floor(magnitude / 64));
  }
}

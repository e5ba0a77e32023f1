const high = 2 ** 32;

/** Writes a safe integer as 64 bits, little-endian. */
export function writeUint64(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt32LE(value >>> 0, at);
  buffer.writeUInt32LE(Math.floor(value / high), at + 4);
}

/** Reads 64 bits, little-endian; what no safe integer can hold comes back as `NaN`. */
export function readUint64(buffer: Buffer, at: number): number {
  const value = buffer.readUInt32LE(at + 4) * high + buffer.readUInt32LE(at);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

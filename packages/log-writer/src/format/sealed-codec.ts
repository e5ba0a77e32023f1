import * as zlib from 'node:zlib';
import { MalformedError } from './malformed-error.ts';

/** How the pieces of a sealed segment are compressed. `brotli` is smaller than `deflate` at the same speed. */
export type Compression = 'brotli' | 'deflate' | 'none';

/** What stands in the file. */
export const codecs: Readonly<Record<Compression, number>> = { none: 0, deflate: 1, brotli: 2 };

/** Bytes as they are stored. */
export interface Packed {
  readonly codec: number;
  readonly stored: Buffer;
}

/**
 * The most that a byte of deflate stands for. Brotli could say more with less; such bytes are given to deflate, so that
 * for every codec the size of a file says how much memory its pieces can ask for.
 */
const largestRatio = 1032;

/** Measured on build logs: 6 takes a third more time for 3 % of size; 4 takes a third less, and is 8 % larger. */
const brotliQuality = 5;
const deflateLevel = 6;

/** Compresses, where that is worth it. */
export function pack(raw: Buffer, compression: Compression): Packed {
  const smaller = compression === 'none' ? undefined : compressed(raw, compression);
  return smaller ?? { codec: codecs.none, stored: raw };
}

function compressed(raw: Buffer, compression: 'brotli' | 'deflate'): Packed | undefined {
  const stored = compression === 'brotli' ? brotli(raw) : zlib.deflateRawSync(raw, { level: deflateLevel });
  const codec = codecs[compression];
  if (!isPlausible(codec, stored.length, raw.length))
    return compression === 'brotli' ? compressed(raw, 'deflate') : undefined;
  return stored.length < raw.length ? { codec, stored } : undefined;
}

function brotli(raw: Buffer): Buffer {
  const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  // A window that holds all of it, up to 4 MB.
  const window = Math.min(Math.max(Math.ceil(Math.log2(raw.length + 16)), 10), 22);
  return zlib.brotliCompressSync(raw, {
    params: {
      [BROTLI_PARAM_QUALITY]: brotliQuality,
      [BROTLI_PARAM_LGWIN]: window,
      [BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
}

/** Whether so many stored bytes can stand for so many. What is not plausible is never given memory. */
export function isPlausible(codec: number, storedBytes: number, rawBytes: number): boolean {
  if (codec === codecs.none) return storedBytes === rawBytes;
  return (codec === codecs.deflate || codec === codecs.brotli) && rawBytes <= storedBytes * largestRatio;
}

/** @throws MalformedError unless exactly `rawBytes` come out */
export function unpack({ codec, stored }: Packed, rawBytes: number): Buffer {
  if (!isPlausible(codec, stored.length, rawBytes))
    throw new MalformedError(`${stored.length} bytes of codec ${codec} cannot stand for ${rawBytes}`);
  if (codec === codecs.none) return stored;
  const decompress = codec === codecs.brotli ? zlib.brotliDecompressSync : zlib.inflateRawSync;
  let raw: Buffer;
  try {
    raw = decompress(stored, outputOf(rawBytes));
  } catch (cause) {
    throw new MalformedError('it cannot be decompressed', { cause });
  }
  if (raw.length !== rawBytes)
    throw new MalformedError(`${raw.length} bytes come out instead of ${rawBytes}`);
  return raw;
}

/** The same in another thread. `undefined` where {@link unpack} throws: it knows best what is wrong. */
export async function unpackElsewhere(
  { codec, stored }: Packed,
  rawBytes: number,
): Promise<Buffer | undefined> {
  if (codec === codecs.none || !isPlausible(codec, stored.length, rawBytes)) return undefined;
  return await new Promise((resolve) => {
    const done = (error: Error | null, raw: Buffer): void =>
      resolve(error === null && raw.length === rawBytes ? raw : undefined);
    if (codec === codecs.brotli) zlib.brotliDecompress(stored, outputOf(rawBytes), done);
    else zlib.inflateRaw(stored, outputOf(rawBytes), done);
  });
}

/** A chunk that is never filled takes one call and no copy. */
function outputOf(rawBytes: number): { maxOutputLength: number; chunkSize: number } {
  return { maxOutputLength: rawBytes + 1, chunkSize: Math.max(rawBytes + 1, 64) };
}

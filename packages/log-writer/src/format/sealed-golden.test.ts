import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesFileSystem } from '../fixtures/bytes-file-system.ts';
import { readAll, seal, sealedStore, smallStreams } from '../fixtures/sealed-model.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { sealedPath } from '../sealed/sealed-path.ts';
import { SealedSegment } from '../sealed/sealed-segment.ts';
import { verifySealed } from '../sealed/verify-sealed.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { MalformedError } from './malformed-error.ts';
import { buildFilter, hashName, mayHave } from './name-filter.ts';
import { codecs, pack, unpack } from './sealed-codec.ts';
import { SealedColumns } from './sealed-columns.ts';
import { readPage } from './sealed-directory.ts';
import { readFooter } from './sealed-footer.ts';
import { writeSigned } from './write-signed.ts';

/** Files of version 1, as they were written when it was made: as hexadecimal text. */
function golden(name: string): Buffer {
  const text = readFileSync(new URL(`../fixtures/sealed-v1-${name}.hex`, import.meta.url), 'latin1');
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}

test('SD-45: the bytes of a sealed segment are these, for ever', async () => {
  const directory = tempDirectory();
  await seal(directory, smallStreams, { compression: 'none', blockBytes: 70, salt: 0x12345678 });
  expect(readFileSync(sealedPath(directory, 7)).toString('hex')).toBe(golden('none').toString('hex'));
});

test.each(['none', 'deflate', 'brotli'])(
  'SD-45: a sealed segment of version 1 is read, for ever (%s)',
  (name) => {
    const bytes = golden(name);
    const fs = bytesFileSystem(bytes);
    const segment = SealedSegment.open(fs, tempDirectory(), 7, sealedStore, bytes.length);
    expect(readAll(segment)).toEqual(smallStreams);
    expect([...verifySealed(fs, tempDirectory(), 7, sealedStore, bytes.length)].filter(Boolean)).toEqual([]);
  },
);

/** What the file has between its header and its end, decompressed, without checksums. */
function rawPieces(): { columns: Buffer; page: Buffer; footer: Buffer } {
  const bytes = golden('none');
  const block = bytes.indexOf('SWBL');
  const [contentBytes, columnsBytes] = [bytes.readUInt32LE(block + 40), bytes.readUInt32LE(block + 56)];
  const columnsAt = block + 80 + contentBytes;
  const piece = (magic: string) => {
    const at = bytes.indexOf(magic);
    return bytes.subarray(at + 32, at + 32 + bytes.readUInt32LE(at + 24));
  };
  return {
    columns: bytes.subarray(columnsAt, columnsAt + columnsBytes),
    page: piece('SWDP'),
    footer: piece('SWFT'),
  };
}

test('columns, pages and footers that hold any other byte anywhere, or are cut, are malformed or say something, and never hang', () => {
  const { columns, page, footer } = rawPieces();
  const decoders: [Buffer, (bytes: Buffer) => unknown][] = [
    [
      columns,
      (bytes) => {
        const decoded = new SealedColumns(bytes, 2, 56);
        return [decoded.times, decoded.streams(), decoded.epochAt(1), decoded.ordinalAt(1)];
      },
    ],
    [page, readPage],
    [footer, readFooter],
  ];
  for (const [sound, decode] of decoders) {
    decode(sound);
    const attempt = (bytes: Buffer) => {
      try {
        decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError);
      }
    };
    for (let end = 0; end < sound.length; end++) attempt(sound.subarray(0, end));
    for (let at = 0; at < sound.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = Buffer.from(sound);
        changed[at] = byte;
        attempt(changed);
      }
    }
  }
});

test('a number with a sign comes back, whatever its size', () => {
  for (const magnitude of [
    0,
    1,
    63,
    64,
    8191,
    8192,
    2 ** 31,
    2 ** 32 + 1,
    2 ** 52,
    Number.MAX_SAFE_INTEGER,
  ]) {
    for (const value of [magnitude, -magnitude]) {
      const writer = new ByteWriter();
      writer.reset(0);
      writeSigned(writer, value);
      const reader = new ByteReader(writer.bytes);
      expect(reader.signed() + 0).toBe(value + 0);
      reader.end();
    }
  }
});

test('SF-50: what is said to be longer than its bytes can stand for gets no memory, and another length than was said is no answer', () => {
  const zeros = Buffer.alloc(10_000_000);
  for (const compression of ['brotli', 'deflate'] as const) {
    const packed = pack(zeros, compression);
    expect(packed.stored.length).toBeLessThan(20_000);
    expect(unpack(packed, zeros.length).equals(zeros)).toBe(true);
    expect(() => unpack(packed, zeros.length - 1)).toThrow(MalformedError);
    expect(() => unpack(packed, zeros.length + 1)).toThrow(MalformedError);
    expect(() => unpack(packed, 2 ** 40)).toThrow(MalformedError);
    expect(() => unpack({ ...packed, codec: 3 }, zeros.length)).toThrow(MalformedError);
    expect(() => unpack({ ...packed, codec: codecs.none }, zeros.length)).toThrow(MalformedError);
    expect(() => unpack({ ...packed, stored: packed.stored.subarray(0, -1) }, zeros.length)).toThrow(
      MalformedError,
    );
  }
  const noise = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7919) % 251));
  expect(pack(noise.subarray(0, 3), 'brotli')).toEqual({ codec: codecs.none, stored: noise.subarray(0, 3) });
});

test('the filter knows every name it was made of, and few others', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `execution-${i}/step-${i % 7}`);
  const filter = buildFilter(names.map(hashName));
  expect(names.every((name) => mayHave(filter, hashName(name)))).toBe(true);
  const wrong = names.filter((name) => mayHave(filter, hashName(`no ${name}`)));
  expect(wrong.length).toBeLessThan(40);
  expect(mayHave(buildFilter([]), hashName('a'))).toBe(false);
});

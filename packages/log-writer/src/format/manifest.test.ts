import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { flipBit } from '../fixtures/files.ts';
import { MalformedError } from './malformed-error.ts';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';

const store = '0192f3a4-5b6c-7d8e-9f01-23456789abcd';

const manifest: Manifest = {
  generation: 9,
  store,
  lineage: store,
  boot: 'ü',
  nextSegment: 7,
  pins: 8,
  segments: [
    { id: 6, kind: 'sealed', bytes: 4_000_000_000, lastEpoch: 900, lines: 70_000_000, streams: 3 },
    { id: 4, kind: 'frames', bytes: 5_000_000_000 },
    { id: 5, kind: 'frames', bytes: 64 },
  ],
  retired: [
    { id: 1, kind: 'frames', pins: 0 },
    { id: 3, kind: 'sealed', pins: 7 },
  ],
};

/** A first line that fits `body`. */
function framed(version: number, body: string): Buffer {
  const head = `stepwell-log-manifest ${version} ${Buffer.byteLength(body)}`;
  const crc = crc32(body, crc32(head)).toString(16).padStart(8, '0');
  return Buffer.from(`${head} ${crc}\n${body}`);
}

test('SD-58: a manifest of version 2 is this text, for ever', () => {
  const bytes = encodeManifest(manifest);
  expect(bytes.toString()).toBe(
    [
      'stepwell-log-manifest 2 412 2dc2c4f0\n',
      `{"generation":9,"store":"${store}","lineage":"${store}","boot":"ü","nextSegment":7,"pins":8,`,
      '"segments":[',
      '{"id":6,"kind":"sealed","bytes":4000000000,"lastEpoch":900,"lines":70000000,"streams":3},',
      '{"id":4,"kind":"frames","bytes":5000000000},{"id":5,"kind":"frames","bytes":64}],',
      '"retired":[{"id":1,"kind":"frames","pins":0},{"id":3,"kind":"sealed","pins":7}]}\n',
    ].join(''),
  );
  expect(decodeManifest(bytes)).toEqual(manifest);
});

test('SD-58: what a manifest says of a complete segment that ends with an index is this text, for ever', () => {
  const summary = { index: 900, lastEpoch: 7, frames: 5, lines: 6, streams: 2, prunes: 1 };
  const segments = [
    { id: 4, kind: 'frames', bytes: 1000, summary },
    { id: 5, kind: 'frames', bytes: 64 },
  ] as const;
  const bytes = encodeManifest({ ...manifest, segments });
  expect(bytes.toString()).toContain(
    '{"id":4,"kind":"frames","bytes":1000,"summary":{"index":900,"lastEpoch":7,"frames":5,"lines":6,"streams":2,"prunes":1}}',
  );
  expect(decodeManifest(bytes)).toEqual({ ...manifest, segments });
  for (const wrong of [
    { ...summary, index: 1000 },
    { ...summary, frames: -1 },
  ]) {
    const changed = [{ ...segments[0], summary: wrong }, segments[1]];
    expect(() => encodeManifest({ ...manifest, segments: changed })).toThrow(MalformedError);
  }
});

test('SD-58: a manifest of version 1 is read as one from which nothing was ever retired', () => {
  const old = `{"generation":3,"store":"${store}","lineage":"${store}","boot":"b","nextSegment":3,"segments":[{"id":1,"bytes":5000000000},{"id":2,"bytes":64}]}\n`;
  expect(decodeManifest(Buffer.from(`stepwell-log-manifest 1 201 6a063d24\n${old}`))).toEqual({
    generation: 3,
    store,
    lineage: store,
    boot: 'b',
    nextSegment: 3,
    pins: 0,
    segments: [
      { id: 1, kind: 'frames', bytes: 5_000_000_000 },
      { id: 2, kind: 'frames', bytes: 64 },
    ],
    retired: [],
  });
});

test('a manifest that is cut anywhere, or has any bit turned over, is malformed', () => {
  for (const version of [1, 2]) {
    const { pins, retired, segments, ...rest } = manifest;
    const old = { ...rest, segments: segments.map(({ id, bytes }) => ({ id, bytes })) };
    const bytes = version === 2 ? encodeManifest(manifest) : framed(1, `${JSON.stringify(old)}\n`);
    expect(decodeManifest(bytes)).toHaveProperty('nextSegment', 7);
    for (let end = 0; end < bytes.length; end++)
      expect(() => decodeManifest(bytes.subarray(0, end)), `cut at ${end}`).toThrow(MalformedError);
    for (let bit = 0; bit < bytes.length * 8; bit++)
      expect(() => decodeManifest(flipBit(bytes, bit)), `bit ${bit}`).toThrow(MalformedError);
    expect(() => decodeManifest(Buffer.concat([bytes, Buffer.from('\n')]))).toThrow(MalformedError);
  }
});

test('a manifest of a later version is told from a damaged one, whatever is in it', () => {
  expect(decodeManifest(framed(3, 'something else\n'))).toEqual({ tooNew: 3 });
  expect(() => decodeManifest(flipBit(framed(3, 'something else\n'), 400))).toThrow(MalformedError);
});

const impossible: readonly [what: string, change: Record<string, unknown>][] = [
  ['no segments', { segments: [] }],
  ['no list of segments', { segments: {} }],
  ['a segment that is none', { segments: [null] }],
  ['a kind that does not exist', { segments: [{ id: 1, kind: 'other', bytes: 64 }] }],
  ['a negative size', { segments: [{ id: 1, kind: 'frames', bytes: -1 }] }],
  [
    'a sealed segment without its totals',
    { segments: [{ id: 2, kind: 'sealed', bytes: 1 }, ...manifest.segments] },
  ],
  ['nothing to append to', { segments: manifest.segments.slice(0, 1) }],
  ['a sealed segment behind one of frames', { segments: [...manifest.segments].reverse() }],
  [
    'sealed segments whose epochs fall',
    {
      segments: [
        manifest.segments[0],
        { ...manifest.segments[0], id: 2, lastEpoch: 1 },
        manifest.segments[1],
      ],
    },
  ],
  ['an id that is not below the next', { nextSegment: 6 }],
  ['a segment that is there twice', { segments: [...manifest.segments, manifest.segments[2]] }],
  ['a segment that is retired as well', { retired: [{ id: 6, kind: 'sealed', pins: 1 }] }],
  ['a file that was retired under the current lock', { retired: [{ id: 1, kind: 'frames', pins: 8 }] }],
  ['no list of retired files', { retired: undefined }],
  ['a lock of a generation to come', { pins: 10 }],
  ['no name of the store', { store: undefined }],
  ['a generation that is no number', { generation: '9' }],
];

test.each(impossible)('%s: neither read nor written, though the checksum holds', (_what, change) => {
  const changed = { ...manifest, ...change };
  expect(() => decodeManifest(framed(2, `${JSON.stringify(changed)}\n`))).toThrow(MalformedError);
  expect(() => encodeManifest(changed as Manifest)).toThrow(MalformedError);
});

test.each(['null', '7', '"text"', '[]', '{}', '{'])(
  '%s is no manifest, though the checksum holds',
  (body) => {
    for (const version of [1, 2])
      expect(() => decodeManifest(framed(version, `${body}\n`))).toThrow(MalformedError);
  },
);

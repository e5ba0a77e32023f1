import { crc32 } from 'node:zlib';
import { Breather } from '@stepwell/core';
import { ByteWriter } from '../format/byte-writer.ts';
import { frameHeaderBytes, frameKinds, prepareFrame, sealFrame } from '../format/frame-header.ts';
import type { FrameSummary } from '../format/manifest.ts';
import { buildFilter, hashName } from '../format/name-filter.ts';
import { type IndexPiece, writeDirectoryStart, writeStreamEntry } from '../format/segment-index-directory.ts';
import { encodeIndexHead, indexSeed } from '../format/segment-index-head.ts';
import { writeFramePlaces, writeParts } from '../format/segment-index-pieces.ts';
import type { FrameIndex } from './frame-index.ts';

/** So many frames or parts are written before it looks whether the event loop waits. */
const atOnce = 1024;

/** Where an index will stand. */
export interface IndexPlace {
  readonly offset: number;
  readonly salt: number;
  /** The durable mark. */
  readonly synced: number;
}

/** An index, as a frame to be written behind the last one, and what the manifest says of the segment then. */
export interface EncodedIndex {
  readonly frame: Buffer;
  readonly summary: FrameSummary;
}

/** It pauses, so that the event loop goes round: a segment of many small frames takes some tens of milliseconds. */
export async function encodeSegmentIndex(index: FrameIndex, place: IndexPlace): Promise<EncodedIndex> {
  const breather = new Breather();
  const steps = indexSteps(index, place);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (breather.isDue) await breather.pause();
  }
}

/** Makes the index of a segment that nothing is added to any more, a step at a time. */
export function* indexSteps(
  index: FrameIndex,
  { offset, salt, synced }: IndexPlace,
): Generator<void, EncodedIndex> {
  const { frames, lastEpoch, lines } = index;
  const header = { segment: index.id, kind: frameKinds.index, offset, epoch: lastEpoch, synced };
  const seed = indexSeed(prepareFrame(header), salt);
  const content = new ByteWriter();
  content.reset(frameHeaderBytes);
  const framesPiece = yield* writePiece(content, seed, frames.count, (...range) =>
    writeFramePlaces(content, frames.cells, ...range),
  );
  const directory = new ByteWriter();
  directory.reset(0);
  const names = index.names();
  writeDirectoryStart(directory, { frames: frames.count, lines, framesPiece }, names.length);
  let prunes = 0;
  for (const name of names) {
    const stream = index.stream(name);
    if (stream === undefined) continue;
    const parts = stream.partsIn(Number.POSITIVE_INFINITY);
    const piece = yield* writePiece(content, seed, parts, (...range) =>
      writeParts(content, stream.cells, ...range),
    );
    writeStreamEntry(directory, {
      name,
      next: stream.next,
      parts,
      piece,
      bytes: stream.bytesUpTo(parts),
      firstAt: stream.firstAt,
      lastAt: stream.lastAtOf(parts),
      lost: stream.lost,
      prunes: stream.prunes,
    });
    if (stream.prunes.length > 0) prunes += 1;
  }
  const contentBytes = content.length - frameHeaderBytes;
  content.raw(encodeIndexHead(buildFilter(names.map(hashName)), directory.bytes, seed));
  content.raw(directory.bytes);
  const columnsBytes = content.length - frameHeaderBytes - contentBytes;
  yield;
  sealFrame(content.bytes, { ...header, contentBytes, columnsBytes }, salt);
  const streams = names.length;
  return {
    frame: content.bytes,
    summary: { index: offset, lastEpoch, frames: frames.count, lines, streams, prunes },
  };
}

/** Writes `count` frames or parts. */
function* writePiece(
  writer: ByteWriter,
  seed: number,
  count: number,
  write: (from: number, to: number) => void,
): Generator<void, IndexPiece> {
  const start = writer.length;
  for (let from = 0; from < count; from += atOnce) {
    write(from, Math.min(count, from + atOnce));
    yield;
  }
  const bytes = writer.bytes.subarray(start);
  return { offset: start - frameHeaderBytes, bytes: bytes.length, crc: crc32(bytes, seed) };
}

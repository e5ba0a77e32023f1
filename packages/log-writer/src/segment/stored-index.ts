import { crc32 } from 'node:zlib';
import type { Epoch } from '@stepwell/core';
import { decodeFrameHeader, frameBytes, frameHeaderBytes, frameKinds } from '../format/frame-header.ts';
import { MalformedError } from '../format/malformed-error.ts';
import type { FrameSegmentEntry, FrameSummary } from '../format/manifest.ts';
import { hashName, mayHave } from '../format/name-filter.ts';
import {
  type IndexDirectory,
  type IndexPiece,
  readIndexDirectory,
} from '../format/segment-index-directory.ts';
import {
  checkIndexHead,
  decodeIndexHead,
  type IndexHead,
  indexHeadBytes,
  indexSeed,
} from '../format/segment-index-head.ts';
import { frameCells, partCells, readFramePlaces, readParts } from '../format/segment-index-pieces.ts';
import { type FramePlace, FrameTable } from '../index/frame-table.ts';
import type { SegmentIndex } from '../index/segment-index.ts';
import { StreamIndex } from '../index/stream-index.ts';
import { corrupt } from './corrupt.ts';
import type { SegmentFile } from './segment-file.ts';
import type { SegmentPool } from './segment-pool.ts';
import { StoredStream } from './stored-stream.ts';

/** What stays in memory of an index that was asked once. */
interface Opened {
  readonly seed: number;
  readonly contentBytes: number;
  readonly head: IndexHead;
  readonly filter: Buffer;
}

/** In memory: a stream of a directory, and one number of a table. */
const streamBytes = 400;
const cellBytes = 8;

/**
 * The index at the end of a complete frame segment. Nothing of it is in memory until somebody asks; then a filter of the
 * names stays, and the rest as long as there is room for it. What is damaged is told when it is read.
 */
export class StoredIndex implements SegmentIndex {
  readonly id: number;
  readonly end: number;
  readonly summary: FrameSummary;
  readonly #pool: SegmentPool;
  #opened: Opened | undefined;
  /** What the pieces are kept under. */
  readonly #framesKey: object = {};
  readonly #directoryKey: object = {};

  constructor(pool: SegmentPool, { id, bytes }: FrameSegmentEntry, summary: FrameSummary) {
    this.#pool = pool;
    this.id = id;
    this.end = bytes;
    this.summary = summary;
  }

  get lastEpoch(): Epoch {
    return this.summary.lastEpoch;
  }

  get frameCount(): number {
    return this.summary.frames;
  }

  get lines(): number {
    return this.summary.lines;
  }

  get streamCount(): number {
    return this.summary.streams;
  }

  countUpTo(epoch: Epoch): number {
    return epoch >= this.lastEpoch ? this.frameCount : this.#frames().countUpTo(epoch);
  }

  placeOf(frame: number): FramePlace {
    return this.#frames().at(frame);
  }

  stream(name: string): StoredStream | undefined {
    if (!mayHave(this.#open().filter, hashName(name))) return undefined;
    const entry = this.#directory().streams.get(name);
    if (entry === undefined) return undefined;
    return new StoredStream(entry, this.frameCount, () => {
      return this.#pool.indexes.get(entry, () => ({
        value: this.#parts(entry.piece, entry.parts),
        bytes: entry.parts * partCells * cellBytes,
      }));
    });
  }

  names(): Iterable<string> {
    return this.#directory().streams.keys();
  }

  *prunes(): Generator<readonly [name: string, through: number]> {
    for (const { name, prunes } of this.#directory().streams.values()) {
      const through = prunes.at(-1)?.through ?? 0;
      if (through > 0) yield [name, through];
    }
  }

  #frames(): FrameTable {
    return this.#pool.indexes.get(this.#framesKey, () => {
      const { framesPiece } = this.#directory();
      const cells = this.#read(framesPiece, (bytes) => {
        return readFramePlaces(bytes, this.frameCount, this.summary.index);
      });
      const value = new FrameTable(this.id, cells);
      return { value, bytes: this.frameCount * frameCells * cellBytes };
    });
  }

  #parts(piece: IndexPiece, count: number): StreamIndex {
    // Of a stream that was only pruned there is no piece.
    if (count === 0) return new StreamIndex([]);
    return this.#read(piece, (bytes) => new StreamIndex(readParts(bytes, count, this.frameCount)));
  }

  #directory(): IndexDirectory {
    return this.#pool.indexes.get(this.#directoryKey, () => {
      const { head, contentBytes } = this.#open();
      const { directoryBytes: bytes, directoryCrc: crc, filterBytes } = head;
      const offset = contentBytes + indexHeadBytes + filterBytes;
      const value = this.#read({ offset, bytes, crc }, (found) => {
        const directory = readIndexDirectory(found, contentBytes);
        const { frames, lines, streams } = this.summary;
        if (directory.frames !== frames || directory.lines !== lines || directory.streams.size !== streams)
          throw new MalformedError('it is not the one that the manifest names');
        return directory;
      });
      return { value, bytes: bytes + value.streams.size * streamBytes };
    });
  }

  /** Reads a piece; `offset` is counted from the begin of the content. */
  #read<Result>({ offset, bytes, crc }: IndexPiece, decode: (bytes: Buffer) => Result): Result {
    const { seed } = this.#open();
    const position = this.summary.index + frameHeaderBytes + offset;
    return this.#checked(position, (file) => {
      if (position + bytes > this.end) throw new MalformedError('a piece runs past the end');
      const found = readAt(file, position, bytes);
      if (crc32(found, seed) !== crc) throw new MalformedError('the checksum does not match');
      return decode(found);
    });
  }

  #open(): Opened {
    this.#opened ??= this.#checked(this.summary.index, (file) => {
      const { index: offset } = this.summary;
      const bytes = readAt(file, offset, frameHeaderBytes + indexHeadBytes);
      const header = decodeFrameHeader(bytes, file.salt);
      const isMeant =
        header?.kind === frameKinds.index &&
        header.segment === this.id &&
        header.offset === offset &&
        header.epoch === this.lastEpoch &&
        offset + frameBytes(header) === this.end;
      if (!isMeant || file.size < this.end) throw new MalformedError('it is not where the manifest says');
      const { contentBytes, columnsBytes } = header;
      const columnsAt = offset + frameHeaderBytes + contentBytes;
      const seed = indexSeed(bytes, file.salt);
      const head = decodeIndexHead(
        readAt(file, columnsAt, Math.min(indexHeadBytes, columnsBytes)),
        columnsBytes,
      );
      const found = readAt(file, columnsAt, indexHeadBytes + head.filterBytes);
      checkIndexHead(found, seed);
      return { seed, contentBytes, head, filter: found.subarray(indexHeadBytes) };
    });
    return this.#opened;
  }

  /** @throws `CORRUPT` with file and offset; `IO` */
  #checked<Result>(position: number, read: (file: SegmentFile) => Result): Result {
    const file = this.#pool.get(this.id);
    try {
      return read(file);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      throw corrupt(file.path, position, `the index of the segment is damaged (${error.message})`, error);
    }
  }
}

/** @throws MalformedError when the file ends before */
function readAt(file: SegmentFile, position: number, bytes: number): Buffer {
  if (position + bytes > file.size) throw new MalformedError('the file ends before it');
  const buffer = Buffer.allocUnsafe(bytes);
  if (file.read(buffer, position) < bytes) throw new MalformedError('the file ends before it');
  return buffer;
}

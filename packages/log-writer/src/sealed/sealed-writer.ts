import { randomBytes } from 'node:crypto';
import { type Epoch, fromSystemError } from '@stepwell/core';
import type { Descriptor, FileSystem } from '../file-system/file-system.ts';
import { ByteWriter } from '../format/byte-writer.ts';
import { buildFilter } from '../format/name-filter.ts';
import type { Compression } from '../format/sealed-codec.ts';
import type { Span } from '../format/sealed-columns.ts';
import type { NumberRange } from '../format/sealed-directory.ts';
import { type WrittenBlock, type WrittenPage, writeFooter } from '../format/sealed-footer.ts';
import { encodeTrailer, sealedMagic, sealedVersion } from '../format/sealed-format.ts';
import { encodePiece, type Place, pieceMagics } from '../format/sealed-piece.ts';
import { encodeSegmentHeader } from '../format/segment-header.ts';
import { compareUtf8 } from '../index/compare-utf8.ts';
import { attempt, writeFully } from '../segment/file-calls.ts';
import type { LineRun } from '../view/line-run.ts';
import { addToSpans, BlockBuilder } from './block-builder.ts';
import { DirectoryBuilder } from './directory-builder.ts';
import { sealedPath } from './sealed-path.ts';

export interface SealedWriterOptions {
  readonly id: number;
  /** The UUID of the store. */
  readonly store: string;
  readonly compression: Compression;
  /** Content of a block, before it is compressed; 256 KiB unless it is said. */
  readonly blockBytes?: number;
  /** Milliseconds since the Unix epoch; now unless it is said. */
  readonly createdAt?: number;
  /** Random unless it is said, for tests. */
  readonly salt?: number;
}

/** What is known of a stream when all of its lines were added. */
export interface StreamEnd {
  /** The number of the line that comes next. */
  readonly next: number;
  readonly lost: readonly NumberRange[];
  readonly prunedThrough: number;
}

/** What became of it: what the manifest says of a sealed segment. */
export interface SealedResult {
  readonly bytes: number;
  readonly lines: number;
  readonly streams: number;
  /** 0 without lines. */
  readonly lastEpoch: Epoch;
}

/** Measured: see docs/decisions/0012-sealed-segments.md. */
const defaultBlockBytes = 256 * 1024;

interface OpenStream {
  readonly name: string;
  readonly firstRow: number;
  readonly spans: { from: number; count: number }[];
  bytes: number;
  firstAt: number;
  lastAt: number;
  minAt: number;
  maxAt: number;
}

/**
 * Writes a sealed segment from the first byte to the last. Streams are given in the order of their names. Holds one block
 * and the directory in memory. Compresses in place, some milliseconds a block.
 *
 * After a failure only {@link abandon} is of use. Nobody knows of the file until a manifest names it, and the directory
 * was synced, which is left to the caller.
 */
export class SealedWriter {
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #file: Descriptor;
  readonly #options: SealedWriterOptions;
  readonly #salt: number;
  readonly #block: BlockBuilder;
  readonly #blocks: WrittenBlock[] = [];
  readonly #directory: DirectoryBuilder = new DirectoryBuilder();
  #open = true;
  /** Where the next piece goes. */
  #end = 0;
  /** Rows in blocks that are written. */
  #rows = 0;
  #bytes = 0;
  #firstEpoch: Epoch = Number.POSITIVE_INFINITY;
  #lastEpoch: Epoch = 0;
  #stream: OpenStream | undefined;

  private constructor(fs: FileSystem, path: string, file: Descriptor, options: SealedWriterOptions) {
    this.#fs = fs;
    this.path = path;
    this.#file = file;
    this.#options = options;
    this.#salt = options.salt ?? randomBytes(4).readUInt32LE();
    this.#block = new BlockBuilder(options.blockBytes ?? defaultBlockBytes);
  }

  /** @throws `IO NO_SPACE READ_ONLY`, also when the file exists: ids are not used twice */
  static create(fs: FileSystem, directory: string, options: SealedWriterOptions): SealedWriter {
    const path = sealedPath(directory, options.id);
    const file = attempt('cannot create', path, () => fs.open(path, 'create'));
    const writer = new SealedWriter(fs, path, file, options);
    try {
      writer.#writeHeader();
      return writer;
    } catch (error) {
      writer.abandon();
      throw error;
    }
  }

  /** How many bytes of the file are written: for pacing. */
  get written(): number {
    return this.#end;
  }

  /** The lines of `name` follow; names in the order of their UTF-8 bytes, each once. */
  beginStream(name: string): void {
    const { lastName } = this.#directory;
    if (this.#stream !== undefined) throw new Error('the stream before was not ended');
    if (lastName !== undefined && compareUtf8(lastName, name) >= 0)
      throw new Error('streams must come in the order of their names');
    this.#stream = {
      name,
      firstRow: this.#rows + this.#block.rows,
      spans: [],
      bytes: 0,
      firstAt: 0,
      lastAt: 0,
      minAt: Number.POSITIVE_INFINITY,
      maxAt: 0,
    };
  }

  /** Adds the lines from place `from` up to, and without, `to` of a run. Their numbers are above those before. */
  add(run: LineRun, from: number = 0, to: number = run.count): void {
    const stream = this.#current();
    if (from >= to) return;
    if (run.first + from < nextOf(stream.spans))
      throw new Error('lines must come in the order of their numbers');
    this.#tally(stream, run, from, to);
    for (let row = from; row < to; ) {
      const count = this.#block.fitting(run, row, to);
      if (count > 0) this.#block.add(stream.name, run, row, row + count);
      row += count;
      if (row < to) this.#writeBlock();
    }
  }

  /** The stream is complete; it may have had no lines. */
  endStream({ next, lost, prunedThrough }: StreamEnd): void {
    const stream = this.#current();
    const rows = stream.spans.reduce((sum, { count }) => sum + count, 0);
    if (next < nextOf(stream.spans)) throw new Error('the next number is above all there are');
    const minAt = rows === 0 ? 0 : stream.minAt;
    this.#directory.add({ ...stream, minAt, rows, next, lost, prunedThrough });
    this.#bytes += stream.bytes;
    this.#stream = undefined;
  }

  /** What is written so far survives power loss when this resolves. @throws `IO NO_SPACE` */
  async sync(): Promise<void> {
    try {
      await this.#fs.fsync(this.#file);
    } catch (error) {
      throw fromSystemError(error, `cannot sync ${this.path}`, { path: this.path });
    }
  }

  /** Completes the file, syncs and closes it. */
  async finish(): Promise<SealedResult> {
    if (this.#stream !== undefined) throw new Error('the last stream was not ended');
    this.#writeBlock();
    const { compression } = this.#options;
    const streams = this.#directory.hashes.length;
    const pages = this.#writePages(compression);
    const totals = {
      lines: this.#rows,
      bytes: this.#bytes,
      streams,
      firstEpoch: this.#rows === 0 ? 0 : this.#firstEpoch,
      lastEpoch: this.#lastEpoch,
    };
    const footer = new ByteWriter();
    footer.reset(0);
    const filter = buildFilter(this.#directory.hashes);
    writeFooter(footer, totals, this.#blocks, pages, this.#directory.lastName, filter);
    const footerOffset = this.#end;
    const footerBytes = this.#write(
      encodePiece(pieceMagics.footer, this.#place(), footer.bytes, compression),
    );
    this.#write(encodeTrailer({ footerOffset, footerBytes, segment: this.#options.id }, this.#salt));
    await this.sync();
    this.#close();
    return { bytes: this.#end, lines: totals.lines, streams, lastEpoch: totals.lastEpoch };
  }

  /** Closes and deletes the file. */
  abandon(): void {
    try {
      this.#close();
    } finally {
      attempt('cannot delete', this.path, () => this.#fs.unlink(this.path));
    }
  }

  #current(): OpenStream {
    if (this.#stream === undefined) throw new Error('no stream was begun');
    return this.#stream;
  }

  #tally(stream: OpenStream, run: LineRun, from: number, to: number): void {
    const { times, starts } = run;
    if (stream.spans.length === 0) stream.firstAt = times[from] ?? 0;
    stream.lastAt = times[to - 1] ?? 0;
    for (let i = from; i < to; i++) {
      const at = times[i] ?? 0;
      if (at < stream.minAt) stream.minAt = at;
      if (at > stream.maxAt) stream.maxAt = at;
      const epoch = run.epochAt(i);
      if (epoch < this.#firstEpoch) this.#firstEpoch = epoch;
      if (epoch > this.#lastEpoch) this.#lastEpoch = epoch;
    }
    stream.bytes += (starts[to] ?? 0) - (starts[from] ?? 0);
    addToSpans(stream.spans, run.first + from, to - from);
  }

  #writeHeader(): void {
    const { id, store, createdAt = Date.now() } = this.#options;
    const header = { version: sealedVersion, segment: id, store, salt: this.#salt, createdAt };
    this.#write(encodeSegmentHeader(header, sealedMagic));
  }

  #writeBlock(): void {
    const { rows, minAt, maxAt } = this.#block;
    if (rows === 0) return;
    const block = this.#block.finish(this.#place(), this.#rows, this.#options.compression);
    this.#blocks.push({ bytes: this.#write(block), rows, minAt, maxAt });
    this.#rows += rows;
  }

  #writePages(compression: Compression): WrittenPage[] {
    this.#directory.finish();
    return this.#directory.pages.map(({ firstName, raw }) => ({
      firstName,
      bytes: this.#write(encodePiece(pieceMagics.page, this.#place(), raw, compression)),
    }));
  }

  #place(): Place {
    return { segment: this.#options.id, offset: this.#end, salt: this.#salt };
  }

  /** Answers how many bytes it wrote. */
  #write(bytes: Buffer): number {
    writeFully(this.#fs, 'cannot write', this.path, this.#file, bytes, this.#end);
    this.#end += bytes.length;
    return bytes.length;
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    attempt('cannot close', this.path, () => this.#fs.close(this.#file));
  }
}

/** The lowest number that may follow. */
function nextOf(spans: readonly Span[]): number {
  const last = spans.at(-1);
  return last === undefined ? 1 : last.from + last.count;
}

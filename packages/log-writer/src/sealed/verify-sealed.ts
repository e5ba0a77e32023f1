import type { Problem } from '@stepwell/core';
import { asProblem } from '../driver/problems.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import { decodeFlags } from '../format/line-flags.ts';
import { MalformedError } from '../format/malformed-error.ts';
import { hashName } from '../format/name-filter.ts';
import type { BlockStream } from '../format/sealed-columns.ts';
import type { DirectoryEntry } from '../format/sealed-directory.ts';
import { corrupt } from '../segment/corrupt.ts';
import { addToSpans } from './block-builder.ts';
import type { SealedBlock } from './sealed-block.ts';
import { sealedPath } from './sealed-path.ts';
import { SealedSegment } from './sealed-segment.ts';

/** What blocks and directory both say of a stream that has rows. */
type Observed = Omit<DirectoryEntry, 'spans' | 'next' | 'lost' | 'prunedThrough'> & {
  readonly spans: { from: number; count: number }[];
};

/** What the directory says of the streams that have rows, and on which page. */
type Entries = Generator<{ readonly entry: DirectoryEntry; readonly page: number }, void>;

/**
 * Reads every byte of a sealed segment and checks all there is to check, also what the parts of it say of each other.
 * Yields after each page and each block: a problem, or `undefined` where all is well.
 */
export function* verifySealed(
  fs: FileSystem,
  directory: string,
  id: number,
  store: string,
  bytes: number,
): Generator<Problem | undefined, void> {
  const path = sealedPath(directory, id);
  let segment: SealedSegment | undefined;
  try {
    segment = SealedSegment.open(fs, directory, id, store, bytes);
    yield* new Verification(segment).all();
  } catch (error) {
    yield asProblem('segment', path, error);
  } finally {
    segment?.close();
  }
}

class Verification {
  readonly #segment: SealedSegment;
  #streams = 0;
  #bytes = 0;
  #firstEpoch = Number.POSITIVE_INFINITY;
  #lastEpoch = 0;
  /** While nothing is damaged, directory and blocks must say the same. */
  #intact = true;
  /** Of the stream that may go on in the next block. */
  #open: Observed | undefined;

  constructor(segment: SealedSegment) {
    this.#segment = segment;
  }

  *all(): Generator<Problem | undefined, void> {
    const { blocks, pages } = this.#segment.pieces;
    for (let page = 0; page < pages; page++) yield this.#attempt(() => this.#checkPage(page));
    const entries = this.#entriesWithRows();
    for (let block = 0; block < blocks; block++) yield this.#attempt(() => this.#checkBlock(block, entries));
    if (this.#intact) yield this.#attempt(() => this.#checkEnd(entries));
  }

  #attempt(check: () => void): Problem | undefined {
    try {
      check();
      return undefined;
    } catch (error) {
      this.#intact = false;
      return asProblem('segment', this.#segment.path, error);
    }
  }

  #checkPage(page: number): void {
    for (const { name, bytes } of this.#segment.page(page)) {
      this.#streams += 1;
      this.#bytes += bytes;
      if (!this.#segment.mayHave(hashName(name)))
        throw this.#wrong(
          this.#segment.pageOffsetOf(page),
          `the filter does not know ${JSON.stringify(name)}`,
        );
    }
  }

  *#entriesWithRows(): Entries {
    const { pages } = this.#segment.pieces;
    for (let page = 0; page < pages; page++) {
      for (const entry of this.#segment.page(page)) if (entry.rows > 0) yield { entry, page };
    }
  }

  #checkBlock(number: number, entries: Entries): void {
    const offset = this.#segment.offsetOf(number);
    const block = this.#segment.readBlock(number);
    let observed: Observed[];
    try {
      observed = this.#observe(block, this.#segment.timesOf(number));
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      throw this.#wrong(offset, error.message, error);
    }
    if (!this.#intact) return;
    for (const stream of observed) {
      if (this.#open?.name === stream.name) extend(this.#open, stream);
      else {
        this.#compare(entries);
        this.#open = stream;
      }
    }
  }

  /** The stream whose rows are complete, with the next of the directory. */
  #compare(entries: Entries): void {
    const observed = this.#open;
    if (observed === undefined) return;
    const { value } = entries.next();
    const { name, firstRow, rows, spans, bytes, minAt, maxAt, firstAt, lastAt } = value?.entry ?? {};
    const said = { name, firstRow, rows, bytes, minAt, maxAt, firstAt, lastAt, spans };
    if (JSON.stringify(said) !== JSON.stringify(observed)) {
      const offset = this.#segment.pageOffsetOf(value?.page ?? 0);
      throw this.#wrong(offset, `the blocks have something else of ${JSON.stringify(observed.name)}`);
    }
  }

  #checkEnd(entries: Entries): void {
    this.#compare(entries);
    const { totals, path } = this.#segment;
    const found = {
      streams: this.#streams,
      bytes: this.#bytes,
      firstEpoch: this.#lastEpoch === 0 ? 0 : this.#firstEpoch,
      lastEpoch: this.#lastEpoch,
    };
    const { streams, bytes, firstEpoch, lastEpoch } = totals;
    if (
      JSON.stringify({ streams, bytes, firstEpoch, lastEpoch }) !== JSON.stringify(found) ||
      !entries.next().done
    )
      throw corrupt(
        path,
        this.#segment.footerOffset,
        'the totals of the segment are not those of its blocks',
      );
  }

  /** What is in a block, stream by stream. */
  #observe(block: SealedBlock, said: { readonly minAt: number; readonly maxAt: number }): Observed[] {
    const { columns, times } = block;
    void block.content;
    for (const flags of columns.flags) decodeFlags(flags);
    let row = 0;
    const observed = columns.streams().map((stream) => {
      const seen = observe(stream, block.header.firstRow, row, columns.starts, times);
      row += stream.rows;
      return seen;
    });
    for (let i = 0; i < row; i++) {
      const epoch = columns.epochAt(i);
      this.#firstEpoch = Math.min(this.#firstEpoch, epoch);
      this.#lastEpoch = Math.max(this.#lastEpoch, epoch);
    }
    const minAt = Math.min(...observed.map((stream) => stream.minAt));
    const maxAt = Math.max(...observed.map((stream) => stream.maxAt));
    if (minAt !== said.minAt || maxAt !== said.maxAt)
      throw new MalformedError('the footer knows other times of the block');
    return observed;
  }

  #wrong(offset: number, what: string, cause?: unknown): Error {
    return corrupt(this.#segment.path, offset, what, cause);
  }
}

function observe(
  { name, rows, spans }: BlockStream,
  blockRow: number,
  row: number,
  starts: Float64Array,
  times: Float64Array,
): Observed {
  let minAt = Number.POSITIVE_INFINITY;
  let maxAt = 0;
  for (let i = row; i < row + rows; i++) {
    const at = times[i] ?? 0;
    if (at < minAt) minAt = at;
    if (at > maxAt) maxAt = at;
  }
  return {
    name,
    firstRow: blockRow + row,
    rows,
    bytes: (starts[row + rows] ?? 0) - (starts[row] ?? 0),
    minAt,
    maxAt,
    firstAt: times[row] ?? 0,
    lastAt: times[row + rows - 1] ?? 0,
    spans: spans.map((span) => ({ ...span })),
  };
}

/** Adds what another block has of the same stream. */
function extend(stream: { -readonly [Key in keyof Observed]: Observed[Key] }, more: Observed): void {
  stream.rows += more.rows;
  stream.bytes += more.bytes;
  stream.minAt = Math.min(stream.minAt, more.minAt);
  stream.maxAt = Math.max(stream.maxAt, more.maxAt);
  stream.lastAt = more.lastAt;
  for (const { from, count } of more.spans) addToSpans(stream.spans, from, count);
}

import type { Problem } from '@stepwell/core';
import { checkFlags } from '../format/line-flags.ts';
import { MalformedError } from '../format/malformed-error.ts';
import {
  type BlockHeader,
  blockBytes,
  blockHeaderBytes,
  decodeBlockHeader,
} from '../format/sealed-block-header.ts';
import { readPage } from '../format/sealed-directory.ts';
import { readFooter } from '../format/sealed-footer.ts';
import { trailerBytes } from '../format/sealed-format.ts';
import { decodePiece, pieceHeaderBytes, pieceMagics } from '../format/sealed-piece.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import type { Pace } from '../maintenance/pace.ts';
import { SealedBlock, SealedRun } from '../sealed/sealed-block.ts';
import { corrupt } from '../segment/corrupt.ts';
import type { LineRun } from '../view/line-run.ts';
import { addEntry } from './add-entry.ts';
import type { RawFile } from './raw-file.ts';
import { SegmentFacts } from './segment-facts.ts';
import type { ReadableRows } from './surveyed-file.ts';

const magics = ['SWBL', 'SWDP', 'SWFT'].map((magic) => Buffer.from(magic, 'latin1'));

/** Neighbouring lines of a stream in a block. */
interface Rows {
  readonly offset: number;
  /** Counted from the first of the block. */
  readonly row: number;
  readonly first: number;
  readonly count: number;
}

/**
 * What can be read of a sealed segment without trusting that one part of it leads to another: blocks and pages of the
 * directory are found by their magic, and blocks say themselves whose lines they have.
 */
export class SalvagedSegment implements ReadableRows {
  readonly facts: SegmentFacts = new SegmentFacts();
  /** What is damaged. */
  readonly problems: Problem[] = [];
  /** What nobody can tell any more. */
  readonly unknown: Problem[] = [];
  readonly #file: RawFile;
  readonly #id: number;
  readonly #salt: number;
  readonly #rows: Map<string, Rows[]> = new Map();
  #pages = 0;
  /** How many pages there were; `undefined` without the footer. */
  #pagesInAll: number | undefined;
  #blockAt = -1;
  #block: SealedBlock | undefined;

  private constructor(file: RawFile, id: number, salt: number) {
    this.#file = file;
    this.#id = id;
    this.#salt = salt;
  }

  /** Closes `file` when it is closed, or when it throws. @throws `ABORTED IO` */
  static async read(file: RawFile, id: number, salt: number, pace: Pace): Promise<SalvagedSegment> {
    const segment = new SalvagedSegment(file, id, salt);
    try {
      for (let offset = segmentHeaderBytes; offset < file.size; ) {
        offset = segment.#take(offset);
        if (pace.isDue) await pace.rest();
      }
      segment.#judgeDirectory();
      return segment;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  *runs(name: string): Generator<LineRun> {
    for (const { offset, row, first, count } of this.#rows.get(name) ?? [])
      yield new SealedRun(this.#blockAtOffset(offset), row, first, count);
  }

  close(): void {
    this.#block = undefined;
    this.#file.close();
  }

  /** Takes what stands at `offset`; answers where to go on. */
  #take(offset: number): number {
    const begin = this.#file.read(offset, 4);
    const taken = begin.equals(magics[0] ?? begin) ? this.#takeBlock(offset) : this.#takePiece(offset, begin);
    if (taken !== undefined) return taken;
    const next = this.#file.find(magics, offset + 1);
    const isTrailer = next === this.#file.size && next - offset === trailerBytes;
    if (!isTrailer) this.#note(offset, `${next - offset} bytes are no part of a sealed segment`);
    return next;
  }

  #takeBlock(offset: number): number | undefined {
    let header: BlockHeader;
    try {
      header = decodeBlockHeader(this.#file.read(offset, blockHeaderBytes), this.#place(offset));
      if (offset + blockBytes(header) > this.#file.size) throw new MalformedError('its end is missing');
    } catch (error) {
      if (error instanceof MalformedError) return undefined;
      throw error;
    }
    const end = offset + blockBytes(header);
    try {
      const block = this.#open(offset, header);
      // Lines that cannot be read are known to be missing when the columns can be.
      const streams = block.columns.streams();
      for (const { name, spans } of streams) {
        const facts = this.facts.stream(name);
        for (const { from, count } of spans) facts.next = Math.max(facts.next, from + count);
      }
      for (let row = 0; row < header.rows; row++) this.facts.noteEpoch(block.columns.epochAt(row));
      void block.content;
      void block.times;
      checkFlags(block.columns.flags);
      let row = 0;
      for (const { name, spans } of streams) {
        const rows = this.#rows.get(name) ?? [];
        this.#rows.set(name, rows);
        for (const { from, count } of spans) {
          this.facts.addLines(name, from, count);
          rows.push({ offset, row, first: from, count });
          row += count;
        }
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#note(offset, `the block is damaged: ${error.message}`);
    }
    return end;
  }

  /** A page of the directory, or the footer. */
  #takePiece(offset: number, begin: Buffer): number | undefined {
    const magic = begin.length === 4 ? begin.readUInt32LE(0) : 0;
    if (magic !== pieceMagics.page && magic !== pieceMagics.footer) return undefined;
    const header = this.#file.read(offset, pieceHeaderBytes);
    if (header.length < pieceHeaderBytes) return undefined;
    const length = pieceHeaderBytes + header.readUInt32LE(24);
    if (offset + length > this.#file.size) return undefined;
    try {
      const raw = decodePiece(magic, this.#place(offset), this.#file.read(offset, length));
      if (magic === pieceMagics.footer) this.#pagesInAll = readFooter(raw).pages.firstNames.length;
      else {
        for (const entry of readPage(raw)) addEntry(this.facts, entry, false);
        this.#pages += 1;
      }
      return offset + length;
    } catch (error) {
      if (error instanceof MalformedError) return undefined;
      throw error;
    }
  }

  #judgeDirectory(): void {
    if (this.#pages === this.#pagesInAll) return;
    this.unknown.push(unknownDirectory(this.#file.path));
  }

  #blockAtOffset(offset: number): SealedBlock {
    if (this.#blockAt !== offset || this.#block === undefined) {
      const header = decodeBlockHeader(this.#file.read(offset, blockHeaderBytes), this.#place(offset));
      this.#block = this.#open(offset, header);
      this.#blockAt = offset;
    }
    return this.#block;
  }

  #open(offset: number, header: BlockHeader): SealedBlock {
    const bytes = this.#file.read(offset, blockBytes(header));
    const columnsAt = blockHeaderBytes + header.content.storedBytes;
    const wrong = (what: string, cause?: unknown) => corrupt(this.#file.path, offset, what, cause);
    const content = bytes.subarray(blockHeaderBytes, columnsAt);
    return new SealedBlock(header, content, bytes.subarray(columnsAt), this.#salt, wrong);
  }

  #place(offset: number): { segment: number; offset: number; salt: number } {
    return { segment: this.#id, offset, salt: this.#salt };
  }

  #note(offset: number, message: string): void {
    this.problems.push({ id: 'log.segment.damaged', where: this.#file.path, offset, message });
  }
}

/** What nobody can tell without the directory of a segment. */
export function unknownDirectory(path: string): Problem {
  return {
    id: 'log.repair.unknown',
    where: path,
    message: `a part of the directory of ${path} is gone: of its streams it is not known which lines were lost or pruned before, nor whether there were more`,
  };
}

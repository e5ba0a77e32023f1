import { type BlockHeader, openHalf, openHalfElsewhere } from '../format/sealed-block-header.ts';
import { codecs } from '../format/sealed-codec.ts';
import { SealedColumns } from '../format/sealed-columns.ts';
import type { LineRun } from '../view/line-run.ts';

/** What became of the bytes of a block: an error that names the place. */
export type Damaged = (what: string, cause?: unknown) => Error;

/**
 * A block whose header was checked. Content and columns are decompressed when they are first asked for; what was read from
 * the file is let go when both are.
 */
export class SealedBlock {
  readonly header: BlockHeader;
  readonly #salt: number;
  readonly #damaged: Damaged;
  #storedContent: Buffer | undefined;
  #storedColumns: Buffer | undefined;
  #content: Buffer | undefined;
  #columns: SealedColumns | undefined;
  #inflating: Promise<void> | undefined;

  constructor(header: BlockHeader, content: Buffer, columns: Buffer, salt: number, damaged: Damaged) {
    this.header = header;
    this.#storedContent = content;
    this.#storedColumns = columns;
    this.#salt = salt;
    this.#damaged = damaged;
  }

  /** The bytes of all lines, one behind the other. @throws `CORRUPT` */
  get content(): Buffer {
    if (this.#content === undefined) {
      const stored = this.#storedContent ?? Buffer.alloc(0);
      this.#content = this.#guard('content', () => openHalf(this.header.content, stored, this.#salt));
      this.#storedContent = undefined;
    }
    return this.#content;
  }

  /**
   * Has the content decompressed by another thread; resolves when that is done, or failed: what is wrong is thrown by
   * {@link content}. `undefined` when there is nothing to do.
   */
  inflate(): Promise<void> | undefined {
    const stored = this.#storedContent;
    const { content } = this.header;
    if (stored === undefined || content.codec === codecs.none) return undefined;
    this.#inflating ??= openHalfElsewhere(content, stored, this.#salt).then((raw) => {
      this.#inflating = undefined;
      if (raw === undefined || this.#content !== undefined) return;
      this.#content = raw;
      this.#storedContent = undefined;
    });
    return this.#inflating;
  }

  /** @throws `CORRUPT` */
  get columns(): SealedColumns {
    if (this.#columns === undefined) {
      const { columns, rows, content } = this.header;
      const stored = this.#storedColumns ?? Buffer.alloc(0);
      this.#columns = this.#guard(
        'columns',
        () => new SealedColumns(openHalf(columns, stored, this.#salt), rows, content.rawBytes),
      );
      this.#storedColumns = undefined;
    }
    return this.#columns;
  }

  /** @throws `CORRUPT` */
  get times(): Float64Array {
    const { columns } = this;
    return this.#guard('times', () => columns.times);
  }

  #guard<Result>(what: string, decode: () => Result): Result {
    try {
      return decode();
    } catch (error) {
      throw this.#damaged(`the ${what} of the block are damaged`, error);
    }
  }
}

/** Lines of one stream in a block. Nothing is decompressed before it is asked for. */
export class SealedRun implements LineRun {
  readonly first: number;
  readonly count: number;
  readonly #block: SealedBlock;
  /** The row of its first line, counted from the first of the block. */
  readonly #row: number;
  #starts: Float64Array | undefined;
  #times: Float64Array | undefined;
  #flags: Uint8Array | undefined;

  constructor(block: SealedBlock, row: number, first: number, count: number) {
    this.#block = block;
    this.#row = row;
    this.first = first;
    this.count = count;
  }

  get content(): Buffer {
    return this.#block.content;
  }

  get starts(): Float64Array {
    this.#starts ??= this.#block.columns.starts.subarray(this.#row, this.#row + this.count + 1);
    return this.#starts;
  }

  get flags(): Uint8Array {
    this.#flags ??= this.#block.columns.flags.subarray(this.#row, this.#row + this.count);
    return this.#flags;
  }

  get times(): Float64Array {
    this.#times ??= this.#block.times.subarray(this.#row, this.#row + this.count);
    return this.#times;
  }

  epochAt(i: number): number {
    return this.#block.columns.epochAt(this.#row + i);
  }

  ordinalAt(i: number): number {
    return this.#block.columns.ordinalAt(this.#row + i);
  }
}

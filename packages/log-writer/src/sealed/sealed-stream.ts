import { lastAtOrBefore } from '../format/sealed-columns.ts';
import type { DirectoryEntry, NumberRange } from '../format/sealed-directory.ts';
import type { LineRun, PartSummary } from '../view/line-run.ts';
import { SealedRun } from './sealed-block.ts';
import type { SealedSegment } from './sealed-segment.ts';

/**
 * One stream of a sealed segment. Its parts are its lines in one block; where numbers were lost or pruned, a new part
 * begins, so that the numbers of a part follow one another.
 */
export class SealedStream {
  readonly #segment: SealedSegment;
  readonly #entry: DirectoryEntry;
  /** The row of the first line of each span, and how many parts are before it; one more than there are spans. */
  readonly #spanRows: Float64Array;
  readonly #spanParts: Float64Array;
  readonly #spanNumbers: Float64Array;

  constructor(segment: SealedSegment, entry: DirectoryEntry) {
    this.#segment = segment;
    this.#entry = entry;
    const { spans, firstRow } = entry;
    this.#spanRows = new Float64Array(spans.length + 1);
    this.#spanParts = new Float64Array(spans.length + 1);
    this.#spanNumbers = new Float64Array(spans.length);
    let row = firstRow;
    let parts = 0;
    for (const [i, { from, count }] of spans.entries()) {
      this.#spanRows[i] = row;
      this.#spanParts[i] = parts;
      this.#spanNumbers[i] = from;
      parts += segment.blockOf(row + count - 1) - segment.blockOf(row) + 1;
      row += count;
    }
    this.#spanRows[spans.length] = row;
    this.#spanParts[spans.length] = parts;
  }

  get name(): string {
    return this.#entry.name;
  }

  /** The number of its first line here; without lines, that of the next. */
  get first(): number {
    return this.#spanNumbers[0] ?? this.next;
  }

  /** The number of the line that comes next in the stream, behind what was sealed. */
  get next(): number {
    return this.#entry.next;
  }

  get lines(): number {
    return this.#entry.rows;
  }

  /** Of content. */
  get bytes(): number {
    return this.#entry.bytes;
  }

  /** When its first line here was written, by number; `null` without lines. */
  get firstAt(): number | null {
    return this.lines === 0 ? null : this.#entry.firstAt;
  }

  get lastAt(): number | null {
    return this.lines === 0 ? null : this.#entry.lastAt;
  }

  /** S2: numbers that a power cut took. */
  get lost(): readonly NumberRange[] {
    return this.#entry.lost;
  }

  /** Lines up to this number are pruned, whether they are still here or not; 0 when none are. */
  get prunedThrough(): number {
    return this.#entry.prunedThrough;
  }

  get parts(): number {
    return this.#spanParts[this.#spanNumbers.length] ?? 0;
  }

  /** No time of the part lies outside of its `minAt` and `maxAt`. */
  part(i: number): PartSummary {
    const { block, row, first, count } = this.#rowsOf(i);
    const { minAt, maxAt } = this.#segment.timesOf(block);
    const { rows } = this.#segment.rowsOf(block);
    // A block that is all this stream's knows better; in one that is shared, each of the two has a say.
    const whole = count === rows && row === 0;
    return {
      first,
      count,
      minAt: whole ? minAt : Math.max(minAt, this.#entry.minAt),
      maxAt: whole ? maxAt : Math.min(maxAt, this.#entry.maxAt),
    };
  }

  /** The first part that has a line numbered `number` or higher; the number of parts when none has. */
  partOf(number: number): number {
    const spans = this.#spanNumbers.length;
    if (spans === 0) return 0;
    let span = lastAtOrBefore(this.#spanNumbers, number);
    const from = this.#spanNumbers[span] ?? 0;
    const firstRow = this.#spanRows[span] ?? 0;
    let row = firstRow + Math.max(0, number - from);
    if (row >= (this.#spanRows[span + 1] ?? 0)) {
      span += 1;
      if (span === spans) return this.parts;
      row = this.#spanRows[span] ?? 0;
    }
    const begin = this.#segment.blockOf(this.#spanRows[span] ?? 0);
    return (this.#spanParts[span] ?? 0) + this.#segment.blockOf(row) - begin;
  }

  /** The lines of part `i`: one run. What is damaged throws when it is looked at. @throws `CORRUPT IO` */
  runs(i: number): readonly LineRun[] {
    const { block, row, first, count } = this.#rowsOf(i);
    return [new SealedRun(this.#segment.block(block), row, first, count)];
  }

  /** The block of part `i`. */
  blockOf(i: number): number {
    return this.#rowsOf(i).block;
  }

  /** See {@link SealedSegment.ahead}. @throws `CORRUPT IO` */
  ahead(i: number): Promise<void> | undefined {
    return this.#segment.ahead(this.#rowsOf(i).block);
  }

  /** Which rows of which block part `i` is. */
  #rowsOf(i: number): { block: number; row: number; first: number; count: number } {
    if (!(i >= 0 && i < this.parts)) throw new RangeError(`there is no part ${i}`);
    const span = lastAtOrBefore(this.#spanParts, i);
    const spanRow = this.#spanRows[span] ?? 0;
    const block = this.#segment.blockOf(spanRow) + i - (this.#spanParts[span] ?? 0);
    const { firstRow, rows } = this.#segment.rowsOf(block);
    const begin = Math.max(spanRow, firstRow);
    const end = Math.min(this.#spanRows[span + 1] ?? 0, firstRow + rows);
    return {
      block,
      row: begin - firstRow,
      first: (this.#spanNumbers[span] ?? 0) + begin - spanRow,
      count: end - begin,
    };
  }
}

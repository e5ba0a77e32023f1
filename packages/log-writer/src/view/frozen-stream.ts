import { Breather } from '@stepwell/core';
import type { LineRun, PartSummary } from './line-run.ts';
import { sliceRun } from './run-slice.ts';
import type { LostRange, SharedPiece, StreamInSegment } from './stream-in-segment.ts';

/**
 * One stream as a pin sees it, over all segments that know of it. It is read part by part, and pruned lines are in none;
 * a part of which some lines are pruned is the first.
 */
export class FrozenStream {
  readonly name: string;
  /** Lines up to this number are not shown; 0 for none. */
  readonly prunedThrough: number;
  readonly #pieces: readonly StreamInSegment[];
  /** How many parts stand before those of each piece. */
  readonly #before: readonly number[];
  /** How many parts are pruned as a whole. */
  readonly #skipped: number;
  readonly parts: number;

  /** `pieces` in the order of the segments; at least one. */
  constructor(name: string, pieces: readonly StreamInSegment[]) {
    this.name = name;
    this.#pieces = pieces;
    let all = 0;
    this.#before = pieces.map(({ parts }) => {
      all += parts;
      return all - parts;
    });
    this.prunedThrough = pieces.reduce((through, piece) => Math.max(through, piece.prunedThrough), 0);
    this.#skipped = this.prunedThrough === 0 ? 0 : this.#partOf(this.prunedThrough + 1);
    this.parts = all - this.#skipped;
  }

  /** The number of the next line. */
  get next(): number {
    return this.#pieces.reduce((next, piece) => Math.max(next, piece.next), this.prunedThrough + 1);
  }

  /** The number of the first line that is kept, of all that were and will be. */
  get first(): number {
    return this.prunedThrough + 1;
  }

  /** When the first line was written that is kept, by number. Reads a part when some were pruned. @throws `CORRUPT IO` */
  get firstAt(): number | null {
    if (this.parts === 0) return null;
    if (this.prunedThrough > 0) return this.runs(0)[0]?.times[0] ?? null;
    return this.#pieces.find(({ parts }) => parts > 0)?.firstAt ?? null;
  }

  /** When the last line was written that is kept, by number. */
  get lastAt(): number | null {
    if (this.parts === 0) return null;
    return this.#pieces.findLast(({ parts }) => parts > 0)?.lastAt ?? null;
  }

  /** Content bytes of the lines that are kept. Where some are pruned, parts may have to be read. @throws `CORRUPT IO` */
  async bytes(): Promise<number> {
    let bytes = 0;
    for (const [i, piece] of this.#pieces.entries()) {
      const pruned = Math.min(Math.max(0, this.#skipped - (this.#before[i] ?? 0)), piece.parts);
      if (pruned === 0) bytes += piece.bytes;
      else if (pruned < piece.parts) bytes += await bytesFrom(piece, pruned);
    }
    if (this.parts === 0) return bytes;
    const [piece, inside] = this.#locate(this.#skipped);
    if (piece.part(inside).first >= this.first) return bytes;
    return bytes - contentBytes(piece.runs(inside)) + contentBytes(this.runs(0));
  }

  get lost(): readonly LostRange[] {
    const { first } = this;
    return this.#pieces
      .flatMap(({ lost }) => lost)
      .filter(({ to }) => to >= first)
      .map(({ from, to }) => ({ from: Math.max(from, first), to }));
  }

  part(i: number): PartSummary {
    if (i === 0 && this.prunedThrough > 0) return this.#firstPart();
    const [piece, inside] = this.#locate(i + this.#skipped);
    return piece.part(inside);
  }

  /** The first part that has a line numbered `number` or higher; `parts` when none has. */
  partOf(number: number): number {
    return Math.max(0, this.#partOf(number) - this.#skipped);
  }

  /**
   * Reads part `i`. The runs are good until the next part is read, of this stream or of another that shares its reader.
   * `backward` says that the part before will be asked for next.
   * @throws `CORRUPT` with file and offset; `IO`
   */
  runs(i: number, backward: boolean = false): readonly LineRun[] {
    const [piece, inside] = this.#locate(i + this.#skipped);
    const runs = piece.runs(inside, backward);
    if (i > 0 || this.prunedThrough === 0) return runs;
    return runs.map((run) => sliceRun(run, this.first)).filter((run) => run !== undefined);
  }

  /** Which frame or block part `i` is in. */
  pieceOf(i: number): SharedPiece {
    const [piece, inside] = this.#locate(i + this.#skipped);
    return piece.pieceOf(inside);
  }

  /** Begins to decompress part `i` in another thread: see {@link StreamInSegment.ahead}. */
  ahead(i: number): Promise<void> | undefined {
    const [piece, inside] = this.#locate(i + this.#skipped);
    return piece.ahead?.(inside);
  }

  /** A prune may end within a part. */
  #firstPart(): PartSummary {
    const [piece, inside] = this.#locate(this.#skipped);
    const whole = piece.part(inside);
    const pruned = Math.max(0, this.first - whole.first);
    return { ...whole, first: whole.first + pruned, count: whole.count - pruned };
  }

  /** The same as {@link partOf}, counting the parts that are pruned. */
  #partOf(number: number): number {
    let found = 0;
    for (const [i, piece] of this.#pieces.entries()) {
      found = (this.#before[i] ?? 0) + (piece.next > number ? piece.partOf(number) : piece.parts);
      if (found < (this.#before[i] ?? 0) + piece.parts) return found;
    }
    return found;
  }

  #locate(part: number): [piece: StreamInSegment, part: number] {
    const i = this.#before.findLastIndex((before) => before <= part);
    const piece = this.#pieces[i];
    if (piece === undefined) throw new RangeError(`there is no part ${part}`);
    return [piece, part - (this.#before[i] ?? 0)];
  }
}

/** Content bytes of the parts from `part` on. */
async function bytesFrom(piece: StreamInSegment, part: number): Promise<number> {
  if (piece.bytesBefore !== undefined) return piece.bytes - piece.bytesBefore(part);
  const breather = new Breather();
  const isNearEnd = part > piece.parts / 2;
  let bytes = 0;
  for (let i = isNearEnd ? part : 0; i < (isNearEnd ? piece.parts : part); i++) {
    bytes += contentBytes(piece.runs(i));
    if (breather.isDue) await breather.pause();
  }
  return isNearEnd ? bytes : piece.bytes - bytes;
}

function contentBytes(runs: readonly LineRun[]): number {
  return runs.reduce((sum, { starts, count }) => sum + (starts[count] ?? 0) - (starts[0] ?? 0), 0);
}

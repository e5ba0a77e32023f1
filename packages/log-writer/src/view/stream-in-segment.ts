import type { LineRun, PartSummary } from './line-run.ts';

/** The lines of one stream that are in one segment, in the order of their numbers: the same questions for either kind. */
export interface StreamInSegment {
  /** The number of the line that follows those that it knows of, lost and pruned ones among them. */
  readonly next: number;
  /** Of content, of all its lines. */
  readonly bytes: number;
  /** The times of its first and its last line, by number; null without a line. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** S2: numbers that a power cut took, in order. */
  readonly lost: readonly LostRange[];
  /** Lines up to this number were pruned, here or in an earlier segment; 0 for none. They may still be here. */
  readonly prunedThrough: number;
  /** How many pieces its lines are in. */
  readonly parts: number;
  part(i: number): PartSummary;
  /** The first part that has a line numbered `number` or higher; `parts` when none has. */
  partOf(number: number): number;
  /**
   * Reads part `i`. The runs are good until the next one is read. `backward` says that the part before will be asked for
   * next.
   * @throws `CORRUPT` with file and offset; `IO`
   */
  runs(i: number, backward?: boolean): readonly LineRun[];
  /** Which frame or block part `i` is in. Many streams share one. */
  pieceOf(i: number): SharedPiece;
  /**
   * Begins to decompress part `i`, where it is. Resolves, and never rejects, when reading it costs less: what went wrong is
   * thrown by {@link runs}. `undefined` when there is nothing to wait for.
   */
  ahead?(i: number): Promise<void> | undefined;
  /** Content bytes of the parts before `part`, where that is known without reading them. */
  bytesBefore?(part: number): number;
}

export interface LostRange {
  readonly from: number;
  readonly to: number;
}

/** One of the frames or blocks of a segment. */
export interface SharedPiece {
  /** The same object for all that are in one segment. */
  readonly of: object;
  readonly at: number;
}

import { checkContentText } from '../logs/check-content.ts';
import { CheckedLines } from '../logs/checked-lines.ts';
import { type GatherMark, LineGatherer, type ReadLine } from '../logs/line-gatherer.ts';
import type { AppendLinesOp } from '../logs/log-op.ts';
import { checkKey, checkTime } from '../validation/check-value.ts';
import { splitLines, withoutReturn } from './split-lines.ts';

/**
 * Lines of many streams in the order in which they came, until they leave together. Neighbours of one stream become one
 * op; all of them share their columns, since a hundred steps that log in turn make an op of each line.
 */
export class Gathering {
  /** Its place among all gatherings of a buffer. */
  readonly number: number;
  readonly #lines: LineGatherer = new LineGatherer();
  /** Of each run of lines of one stream: its stream, and where it begins. */
  readonly #streams: string[] = [];
  readonly #starts: GatherMark[] = [];
  #stream: string | undefined;
  /** The time that was checked last: mostly that of the next line, too. */
  #now = Number.NaN;

  constructor(number: number) {
    this.number = number;
  }

  /** Bytes of memory, roughly. */
  get size(): number {
    return this.#lines.size;
  }

  /** Adds all lines of `input`, or none when it throws. @throws `INVALID_ARGUMENT` */
  add(stream: string, input: string | ReadLine, now: number): void {
    if (now !== this.#now) {
      checkTime(now, 'at');
      this.#now = now;
    }
    if (stream === this.#stream) {
      this.#addLines(input, now);
      return;
    }
    checkKey(stream, 'stream');
    const { mark } = this.#lines;
    this.#addLines(input, now);
    this.#streams.push(stream);
    this.#starts.push(mark);
    this.#stream = stream;
  }

  /** Nothing may be added any more. */
  ops(): AppendLinesOp[] {
    const starts = this.#starts;
    const end = this.#lines.mark;
    return this.#streams.map(
      (stream, run): AppendLinesOp =>
        new CheckedLines(stream, this.#lines, starts[run], starts[run + 1] ?? end),
    );
  }

  #addLines(input: string | ReadLine, now: number): void {
    if (typeof input !== 'string') this.#lines.addRead(input);
    else if (input.includes('\n')) this.#addText(input, now);
    else this.#lines.addPlain(withoutReturn(input), now);
  }

  /** Where the whole of a text is well-formed, each of its lines is. */
  #addText(text: string, now: number): void {
    checkContentText(text);
    for (const line of splitLines(text)) this.#lines.addPlain(line, now);
  }
}

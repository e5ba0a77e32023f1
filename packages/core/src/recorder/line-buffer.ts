import { type StoreError, toStoreError } from '../errors/store-error.ts';
import { checkContentText } from '../logs/check-content.ts';
import { CheckedLines } from '../logs/checked-lines.ts';
import { LineGatherer } from '../logs/line-gatherer.ts';
import type { AppendLinesOp } from '../logs/log-op.ts';
import { checkKey, checkTime } from '../validation/check-value.ts';
import { readGiven } from '../validation/copy-json.ts';
import { makeGate } from './gate.ts';
import type { LogInput } from './recorder.ts';
import { splitLines } from './split-lines.ts';

/** Lines of one stream that came one after the other. */
interface Run {
  readonly arrival: number;
  readonly stream: string;
  readonly gatherer: LineGatherer;
}

/** Takes all lines of a text or none: where the whole of it is well-formed, each of its lines is. */
function addText(gatherer: LineGatherer, text: string, now: number): void {
  const lines = splitLines(text);
  if (lines.length > 1) checkContentText(text);
  for (const line of lines) gatherer.addPlain(line, now);
}

/**
 * S10: lines on their way to the store, of all streams of a recorder. They gather for a moment, and while a write is
 * on its way, so that a chatty program costs few commits; beyond its bound it pushes back.
 *
 * They leave in the order in which they came, over all streams, so that `(epoch, ordinal)` tells that order for ever.
 * Only lines whose write failed, and that wait for another, may follow later ones.
 */
export class LineBuffer {
  readonly #write: (ops: readonly AppendLinesOp[]) => Promise<unknown>;
  readonly #delay: number;
  readonly #maxBytes: number;
  #waiting: Run[] = [];
  #arrivals = 0;
  /** Of lines that wait and of lines on their way: until they are committed, they are somebody's memory. */
  #bytes = 0;
  /** Milliseconds until the next try, while lines cannot be written; 0 while they can. */
  #pause = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  /** Writes that carry lines and have not ended yet, with the arrival of the first line of each. */
  readonly #carriers = new Map<Promise<unknown>, number>();
  readonly #room = makeGate();
  #failure: StoreError | undefined;

  constructor(write: (ops: readonly AppendLinesOp[]) => Promise<unknown>, delay: number, maxBytes: number) {
    this.#write = write;
    this.#delay = delay;
    this.#maxBytes = maxBytes;
  }

  /**
   * Adds the lines of a text, or one line with all that is known of it. Answers a promise when the caller should wait
   * before adding more.
   * @throws `INVALID_ARGUMENT` for a line that no store can hold, and takes none of them then
   */
  add(stream: string, input: LogInput, now: number): void | Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    checkTime(now, 'at');
    const run = this.#runOf(stream);
    const before = run.gatherer.size;
    if (typeof input === 'string') addText(run.gatherer, input, now);
    else readGiven(() => run.gatherer.addLine(input, now));
    this.#keep(run);
    this.#count(run.gatherer.size - before);
    this.#schedule();
    if (this.#bytes <= this.#maxBytes) return;
    if (this.#pause === 0) this.#flushSoon();
    return this.ready;
  }

  /** Resolves when there is room. */
  get ready(): Promise<void> {
    return this.#room.passed();
  }

  /**
   * Runs `submit` with all lines that are not on their way yet, to write them in one batch with something else, after
   * those that are on their way have arrived: so that what has ended never lacks a line (S4).
   */
  async send<Result>(submit: (lines: readonly AppendLinesOp[]) => Promise<Result>): Promise<Result> {
    const arrival = this.#arrivals;
    // Looked at and taken in one tick: whoever takes lines meanwhile may fail to write them, and puts them back.
    for (let ahead = this.#ahead(arrival); ahead.length > 0; ahead = this.#ahead(arrival)) {
      await Promise.allSettled(ahead);
    }
    if (this.#failure !== undefined) throw this.#failure;
    const runs = this.#takeAll();
    const ops = runs.map(({ stream, gatherer }): AppendLinesOp => new CheckedLines(stream, gatherer));
    const carrier = Promise.resolve(ops).then(submit);
    if (runs[0] !== undefined) this.#carriers.set(carrier, runs[0].arrival);
    try {
      const result = await carrier;
      this.#pause = 0;
      this.#count(-runs.reduce((sum, { gatherer }) => sum + gatherer.size, 0));
      return result;
    } catch (error) {
      this.#putBack(runs);
      throw error;
    } finally {
      this.#carriers.delete(carrier);
    }
  }

  /** Resolves when every line that was added before is committed. @throws what keeps them from it */
  async flush(): Promise<void> {
    await this.send(async (lines) => lines.length > 0 && (await this.#write(lines)));
  }

  /** The writes that carry lines from before `arrival`, which may yet arrive, or wait again. */
  #ahead(arrival: number): Promise<unknown>[] {
    return [...this.#carriers].filter(([, first]) => first < arrival).map(([carrier]) => carrier);
  }

  /** The run to add to: the last one, when it is of this stream; else one that waits only when a line is in it. */
  #runOf(stream: string): Run {
    const last = this.#waiting.at(-1);
    if (last?.stream === stream) return last;
    checkKey(stream, 'stream');
    return { arrival: this.#arrivals, stream, gatherer: new LineGatherer() };
  }

  #keep(run: Run): void {
    if (run.arrival !== this.#arrivals) return;
    this.#arrivals += 1;
    this.#waiting.push(run);
  }

  #takeAll(): Run[] {
    const runs = this.#waiting;
    this.#waiting = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return runs;
  }

  #putBack(runs: readonly Run[]): void {
    if (runs.length === 0) return;
    this.#waiting = [...runs, ...this.#waiting].sort((a, b) => a.arrival - b.arrival);
    this.#schedule();
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes && this.#failure === undefined) this.#room.shut();
    else this.#room.open();
  }

  #schedule(): void {
    if (this.#failure !== undefined) return;
    this.#timer ??= setTimeout(() => this.#flushSoon(), Math.max(this.#delay, this.#pause));
  }

  #flushSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.flush()
      .then(undefined, (cause: unknown) => this.#fail(cause))
      .then(() => {
        this.#flushing = undefined;
        if (this.#waiting.length > 0) this.#schedule();
      });
  }

  /** A full disk or a busy lock may pass, and the lines wait for that; anything else is told to the next caller. */
  #fail(cause: unknown): void {
    const error = toStoreError(cause, 'IO', 'lines could not be written');
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (error.retryable) {
      // Each try carries all that waits: not a hundred times a second.
      this.#pause = Math.min(1_000, Math.max(10, 2 * this.#pause));
      return;
    }
    this.#failure ??= error;
    this.#room.open();
  }
}

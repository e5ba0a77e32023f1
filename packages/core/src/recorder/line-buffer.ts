import { type StoreError, toStoreError } from '../errors/store-error.ts';
import type { LogLineInit } from '../logs/log-line.ts';
import { appendLines, type LogOp } from '../logs/log-op.ts';
import { makeGate } from './gate.ts';

/** Lines of one stream that came one after the other. */
interface Run {
  readonly arrival: number;
  readonly stream: string;
  readonly lines: LogLineInit[];
}

/**
 * S10: lines on their way to the store, of all streams of a recorder. They gather for a moment, and while a write is
 * on its way, so that a chatty program costs few commits; beyond its bound it pushes back.
 *
 * They leave in the order in which they came, over all streams, so that `(epoch, ordinal)` tells that order for ever.
 * Only lines whose write failed, and that wait for another, may follow later ones.
 */
export class LineBuffer {
  readonly #write: (ops: readonly LogOp[]) => Promise<unknown>;
  readonly #delay: number;
  readonly #maxBytes: number;
  #waiting: Run[] = [];
  #arrivals = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  /** Writes that carry lines and have not ended yet. */
  readonly #carriers = new Set<Promise<unknown>>();
  readonly #room = makeGate();
  #failure: StoreError | undefined;

  constructor(write: (ops: readonly LogOp[]) => Promise<unknown>, delay: number, maxBytes: number) {
    this.#write = write;
    this.#delay = delay;
    this.#maxBytes = maxBytes;
  }

  /** Adds a line. Answers a promise when the caller should wait before adding more. */
  add(stream: string, line: LogLineInit): void | Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const last = this.#waiting.at(-1);
    if (last?.stream === stream) last.lines.push(line);
    else this.#waiting.push({ arrival: this.#arrivals++, stream, lines: [line] });
    this.#count(weight(line));
    this.#schedule();
    if (this.#bytes <= this.#maxBytes) return;
    this.#flush();
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
  async send<Result>(submit: (lines: readonly LogOp[]) => Promise<Result>): Promise<Result> {
    await Promise.allSettled(this.#carriers);
    if (this.#failure !== undefined) throw this.#failure;
    const runs = this.#takeAll();
    const carrier = Promise.resolve(runs.map(({ stream, lines }) => appendLines(stream, lines))).then(submit);
    if (runs.length > 0) this.#carriers.add(carrier);
    try {
      return await carrier;
    } catch (error) {
      this.#putBack(runs);
      throw error;
    } finally {
      this.#carriers.delete(carrier);
    }
  }

  #takeAll(): Run[] {
    const runs = this.#waiting;
    this.#waiting = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#count(-this.#bytes);
    return runs;
  }

  #putBack(runs: readonly Run[]): void {
    if (runs.length === 0) return;
    this.#waiting = [...runs, ...this.#waiting].sort((a, b) => a.arrival - b.arrival);
    for (const { lines } of runs) for (const line of lines) this.#count(weight(line));
    this.#schedule();
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes && this.#failure === undefined) this.#room.shut();
    else this.#room.open();
  }

  #schedule(): void {
    if (this.#failure === undefined) this.#timer ??= setTimeout(() => this.#flush(), this.#delay);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.send(async (ops) => ops.length > 0 && (await this.#write(ops)))
      .then(undefined, (cause: unknown) => this.#fail(cause))
      .then(() => {
        this.#flushing = undefined;
        if (this.#waiting.length > 0) this.#schedule();
      });
  }

  /** A full disk or a busy lock may pass, and the lines wait for that; anything else is told to the next caller. */
  #fail(cause: unknown): void {
    const error = toStoreError(cause, 'IO', 'lines could not be written');
    if (error.retryable) return;
    this.#failure ??= error;
    clearTimeout(this.#timer);
    this.#room.open();
  }
}

function weight(line: LogLineInit): number {
  return line.content.length + 64;
}

import { setImmediate } from 'node:timers/promises';
import { type StoreError, toStoreError } from '../errors/store-error.ts';
import { readLine } from '../logs/line-gatherer.ts';
import type { AppendLinesOp } from '../logs/log-op.ts';
import { readGiven } from '../validation/copy-json.ts';
import { makeGate } from './gate.ts';
import { Gathering } from './gathering.ts';
import { PieceSize } from './piece-size.ts';
import type { LogInput } from './recorder.ts';

/** Ops that left together, or will. */
interface Parcel {
  readonly number: number;
  readonly ops: readonly AppendLinesOp[];
  readonly size: number;
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
  readonly #piece: PieceSize;
  /** What came last, and what came back before it, since its write failed. */
  #gathering: Gathering | undefined;
  #returned: Parcel[] = [];
  #gatherings = 0;
  /** At this size of what gathers, whoever logs next lets the event loop go round. */
  #letOutAt: number;
  #lettingOut: Promise<void> | undefined;
  /** Of lines that wait and of lines on their way: until they are committed, they are somebody's memory. */
  #bytes = 0;
  /** Milliseconds until the next try, while lines cannot be written; 0 while they can. */
  #pause = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  /** Writes that carry lines and have not ended yet, with the number of the first gathering in each. */
  readonly #carriers = new Map<Promise<unknown>, number>();
  readonly #room = makeGate();
  #failure: StoreError | undefined;

  constructor(write: (ops: readonly AppendLinesOp[]) => Promise<unknown>, delay: number, maxBytes: number) {
    this.#write = write;
    this.#delay = delay;
    this.#maxBytes = maxBytes;
    this.#piece = new PieceSize(maxBytes);
    this.#letOutAt = this.#piece.least;
  }

  /**
   * Adds the lines of a text, or one line with all that is known of it. Answers a promise when the caller should wait
   * before adding more.
   * @throws `INVALID_ARGUMENT` for a line that no store can hold, and takes none of them then
   */
  add(stream: string, input: LogInput, now: number): void | Promise<void> {
    // First of all: reading what was given may run code that logs as well.
    const line = typeof input === 'string' ? input : readGiven(() => readLine(input, now));
    if (this.#failure !== undefined) throw this.#failure;
    const gathering = this.#gathering ?? new Gathering(this.#gatherings);
    const before = gathering.size;
    gathering.add(stream, line, now);
    const { size } = gathering;
    if (before === 0) this.#begin(gathering);
    this.#bytes += size - before;
    if (this.#bytes > this.#maxBytes) return this.#pushBack();
    if (size >= this.#letOutAt) return this.#letOut(size);
    return undefined;
  }

  /** Resolves when there is room. */
  get ready(): Promise<void> {
    return this.#lettingOut ?? this.#room.passed();
  }

  /**
   * Runs `submit` with all lines that are not on their way yet, to write them in one batch with something else, after
   * those that are on their way have arrived: so that what has ended never lacks a line (S4).
   */
  async send<Result>(submit: (lines: readonly AppendLinesOp[]) => Promise<Result>): Promise<Result> {
    const end = this.#gatherings;
    // Looked at and taken in one tick: whoever takes lines meanwhile may fail to write them, and puts them back.
    for (let ahead = this.#ahead(end); ahead.length > 0; ahead = this.#ahead(end)) {
      await Promise.allSettled(ahead);
    }
    if (this.#failure !== undefined) throw this.#failure;
    const parcels = this.#takeAll();
    const carrier = Promise.resolve(parcels.flatMap(({ ops }) => ops)).then(submit);
    if (parcels[0] !== undefined) this.#carriers.set(carrier, parcels[0].number);
    try {
      const result = await carrier;
      this.#pause = 0;
      this.#release(parcels.reduce((sum, { size }) => sum + size, 0));
      return result;
    } catch (error) {
      this.#putBack(parcels);
      throw error;
    } finally {
      this.#carriers.delete(carrier);
    }
  }

  /** Resolves when every line that was added before is committed. @throws what keeps them from it */
  async flush(): Promise<void> {
    await this.send(async (lines) => lines.length > 0 && (await this.#write(lines)));
  }

  /** The writes that carry lines of gatherings before `end`, which may yet arrive, or wait again. */
  #ahead(end: number): Promise<unknown>[] {
    return [...this.#carriers].filter(([, first]) => first < end).map(([carrier]) => carrier);
  }

  /** The first line is in it: one that is refused begins nothing. */
  #begin(gathering: Gathering): void {
    this.#gathering = gathering;
    this.#gatherings += 1;
    this.#schedule();
  }

  /** And may leave. */
  get #isPieceFull(): boolean {
    if (this.#pause > 0 || this.#failure !== undefined) return false;
    return this.#gathering !== undefined && this.#gathering.size >= this.#piece.bytes;
  }

  #takeAll(): Parcel[] {
    const parcels = this.#returned;
    const gathering = this.#gathering;
    if (gathering !== undefined) {
      parcels.push({ number: gathering.number, ops: gathering.ops(), size: gathering.size });
    }
    this.#returned = [];
    this.#gathering = undefined;
    this.#letOutAt = this.#piece.least;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return parcels;
  }

  #putBack(parcels: readonly Parcel[]): void {
    if (parcels.length === 0) return;
    this.#returned = [...parcels, ...this.#returned].sort((a, b) => a.number - b.number);
    this.#schedule();
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes <= this.#maxBytes) this.#room.open();
  }

  #pushBack(): Promise<void> {
    this.#room.shut();
    if (this.#pause === 0) this.#flushSoon();
    return this.ready;
  }

  /**
   * What gathers leaves once it is a piece, or behind the piece that is on its way: then the device works while more
   * gathers. Either needs the event loop, which whoever logs in a loop of his own would keep from going round.
   */
  #letOut(size: number): Promise<void> {
    this.#letOutAt = size + this.#piece.least;
    if (this.#isPieceFull) this.#flushSoon();
    this.#lettingOut ??= setImmediate().then(() => {
      this.#lettingOut = undefined;
      return this.#room.passed();
    });
    return this.#lettingOut;
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
        this.#piece.observe(this.#gathering?.size ?? 0);
        if (this.#isPieceFull) this.#flushSoon();
        else if (this.#gathering !== undefined || this.#returned.length > 0) this.#schedule();
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

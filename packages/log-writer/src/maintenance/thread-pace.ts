import { aborted, type Pace } from './pace.ts';

/** Milliseconds of work, and then of rest. */
const stretch = 20;

/** What the owner of the thread tells it in the middle of a job: shared memory, since a thread at work reads no messages. */
export class Bridle {
  /** Stop, hurry, idle. */
  readonly shared: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(12)) {
    this.shared = shared;
    this.#cells = new Int32Array(shared);
  }

  get stopped(): boolean {
    return Atomics.load(this.#cells, 0) === 1;
  }

  /** Whether to work on without a rest: there is much to do, or nobody to make way for. */
  get hurried(): boolean {
    return Atomics.load(this.#cells, 1) === 1 || Atomics.load(this.#cells, 2) === 1;
  }

  /** Ends the rest of a thread, too. */
  stop(on: boolean): void {
    this.#set(0, on);
    Atomics.notify(this.#cells, 0);
  }

  /** There is much to do. */
  hurry(on: boolean): void {
    this.#set(1, on);
  }

  /** Nobody writes. */
  idle(on: boolean): void {
    this.#set(2, on);
  }

  /** Blocks this thread for so long, or until it is stopped. */
  rest(milliseconds: number): void {
    Atomics.wait(this.#cells, 0, 0, milliseconds);
  }

  #set(cell: number, on: boolean): void {
    Atomics.store(this.#cells, cell, on ? 1 : 0);
  }
}

/** In a thread of its own: while somebody writes it rests about as long as it works, so that commits find a processor and a disk. */
export class ThreadPace implements Pace {
  readonly #bridle: Bridle;
  #since: number = performance.now();

  constructor(bridle: Bridle) {
    this.#bridle = bridle;
  }

  get isDue(): boolean {
    return this.#bridle.stopped || performance.now() - this.#since >= stretch;
  }

  async rest(): Promise<void> {
    if (!this.#bridle.stopped && !this.#bridle.hurried) this.#bridle.rest(performance.now() - this.#since);
    if (this.#bridle.stopped) throw aborted();
    this.#since = performance.now();
  }
}

import { StoreError } from '../errors/store-error.ts';

/** Work of the driver's own that waits for its turn as the one writer. */
interface WaitingTurn {
  /** Runs it, and answers whoever asked. Never rejects: a turn that fails, fails alone. */
  run(asWriter: <Result>(work: () => Promise<Result>) => Promise<Result>): Promise<void>;
  reject(error: StoreError): void;
}

/**
 * {@link OpenContext.turn}: what the driver asked to do between two group commits, first in, first out. It is there before
 * the store is, since a driver may ask while it opens; whoever empties it comes later.
 */
export class TurnQueue {
  readonly #waiting: WaitingTurn[] = [];
  #isEnded = false;
  #wake: () => void = () => {};

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  readonly ask = <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (this.#isEnded) return Promise.reject(ended());
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ run: (asWriter) => asWriter(work).then(resolve, reject), reject });
      this.#wake();
    });
  };

  /** From now on `wake` is called when something waits; at once, if something does. */
  serve(wake: () => void): void {
    this.#wake = wake;
    if (!this.isEmpty) wake();
  }

  next(): WaitingTurn | undefined {
    return this.#waiting.shift();
  }

  /** Rejects what waits and all that comes later with `NOT_OPEN`; a turn that runs goes on. */
  end(): void {
    this.#isEnded = true;
    for (const turn of this.#waiting.splice(0)) turn.reject(ended());
  }
}

function ended(): StoreError {
  return new StoreError('NOT_OPEN', 'the store is closed, so its driver gets no turn as the writer any more');
}

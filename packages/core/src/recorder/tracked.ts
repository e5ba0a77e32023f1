/** A record as it was last submitted. The next state counts at once, so that calls in a row build on each other. */
export class Tracked<State> {
  #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  /** Moves on to `next`. The answer takes it back, for a write that failed, unless something was built on it since. */
  moveTo(next: State): () => void {
    const before = this.#state;
    this.#state = next;
    return () => {
      if (this.#state === next) this.#state = before;
    };
  }
}

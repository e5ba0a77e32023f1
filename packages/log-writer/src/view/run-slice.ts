import type { Epoch } from '@stepwell/core';
import type { LineRun } from './line-run.ts';

/** The lines of `run` from number `from` on; `undefined` when there are none. */
export function sliceRun(run: LineRun, from: number): LineRun | undefined {
  if (from <= run.first) return run;
  return from < run.first + run.count ? new RunSlice(run, from - run.first) : undefined;
}

/** A run without its first lines. */
class RunSlice implements LineRun {
  readonly first: number;
  readonly count: number;
  readonly #run: LineRun;
  readonly #skipped: number;

  constructor(run: LineRun, skipped: number) {
    this.#run = run;
    this.#skipped = skipped;
    this.first = run.first + skipped;
    this.count = run.count - skipped;
  }

  get content(): Buffer {
    return this.#run.content;
  }

  get starts(): Float64Array {
    return this.#run.starts.subarray(this.#skipped);
  }

  get flags(): Uint8Array {
    return this.#run.flags.subarray(this.#skipped);
  }

  get times(): Float64Array {
    return this.#run.times.subarray(this.#skipped);
  }

  epochAt(i: number): Epoch {
    return this.#run.epochAt(i + this.#skipped);
  }

  ordinalAt(i: number): number {
    return this.#run.ordinalAt(i + this.#skipped);
  }
}

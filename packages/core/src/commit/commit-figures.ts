import type { ErrorCode } from '../errors/error-code.ts';
import { defaults } from '../store/defaults.ts';
import { Recent, type Spread } from './recent.ts';
import { WriteFaults } from './write-faults.ts';

/** What waits, at this moment. */
export interface QueueDepth {
  readonly ops: number;
  readonly bytes: number;
  /** Writes that wait for room. */
  readonly waiters: number;
}

/**
 * SF-53: what the way to the commit looked like so far. A commit costs a few stores to fixed memory, a write that goes
 * well a comparison and two additions; nothing is allocated.
 */
export class CommitFigures {
  readonly faults: WriteFaults = new WriteFaults();
  readonly #durations = new Recent();
  readonly #sizes = new Recent();
  readonly #turns = new Recent();
  writes = 0;
  ops = 0;
  duplicates = 0;
  commits = 0;
  failedCommits = 0;
  slowCommits = 0;
  turns = 0;

  /** A group of `writes` was committed at `at`, on the clock of `performance.now()`. */
  committed(writes: number, tookMs: number, at: number): void {
    this.commits += 1;
    if (tookMs >= defaults.slowCommit) this.slowCommits += 1;
    this.#durations.add(tookMs, at);
    this.#sizes.add(writes, at);
  }

  /** S5 `'shared'`: the turn of the writer lock has come. */
  waited(since: number, at: number): void {
    this.turns += 1;
    this.#turns.add(at - since, at);
  }

  /** A write was not applied. */
  fault(code: ErrorCode): void {
    this.faults.add(code);
  }

  /** Of the last minute. */
  recent(now: number): { readonly durations: Spread; readonly sizes: Spread; readonly turns: Spread } {
    return {
      durations: this.#durations.spread(now),
      sizes: this.#sizes.spread(now),
      turns: this.#turns.spread(now),
    };
  }
}

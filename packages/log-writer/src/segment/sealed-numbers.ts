import type { LogIndex } from '../index/log-index.ts';
import type { SegmentPool } from './segment-pool.ts';

/** So many streams are remembered: those that went on in the last while. */
const maxStreams = 16 * 1024;

/** What sealed segments say of the numbers of streams. */
export class SealedNumbers {
  readonly #pool: SegmentPool;
  /** The number of the next line, the least recently asked for first. */
  readonly #next: Map<string, number> = new Map();

  constructor(pool: SegmentPool) {
    this.#pool = pool;
  }

  /** The number of the next line of a stream, 1 for one that is in none. @throws `CORRUPT IO` */
  next(name: string, log: LogIndex): number {
    const known = this.#next.get(name);
    this.#next.delete(name);
    const next = known ?? this.#find(name, log);
    this.#next.set(name, next);
    for (const eldest of this.#next.keys()) {
      if (this.#next.size <= maxStreams) break;
      this.#next.delete(eldest);
    }
    return next;
  }

  /** The last line of a stream that is pruned; 0 for none. @throws `CORRUPT IO` */
  prunedThrough(name: string, { sealed }: LogIndex): number {
    return sealed.reduce((through, entry) => {
      return Math.max(through, this.#pool.sealed(entry).stream(name)?.prunedThrough ?? 0);
    }, 0);
  }

  /** For another list of sealed segments. */
  clear(): void {
    this.#next.clear();
  }

  #find(name: string, { sealed }: LogIndex): number {
    let next = 1;
    for (const entry of sealed) {
      const stream = this.#pool.sealed(entry).stream(name);
      if (stream === undefined) continue;
      next = Math.max(next, stream.next, stream.prunedThrough + 1);
      // One that only pruned lines of earlier segments knows nothing of those behind them.
      if (stream.lines > 0 || stream.lost.length > 0) return next;
    }
    return next;
  }
}

import type { LinePattern, LogLine, LogSource } from '@stepwell/core';
import type { LogEntry } from './log-entry.ts';

export interface FilterOptions {
  readonly source: LogSource | undefined;
  readonly pattern: LinePattern | undefined;
  /** So many lines on either side of each that the pattern finds. */
  readonly context: number;
  /** At most so many lines that fit, beside their context. */
  readonly limit?: number;
}

/** Lets those lines pass that are asked for, one after the other, forwards or backwards. Holds one context (S10). */
export class LineFilter {
  readonly #options: FilterOptions;
  /** Lines that do not fit, and may yet stand before one that does. */
  #held: LogLine[] = [];
  /** How many more lines pass since they stand behind one that fits. */
  #open = 0;
  /** Whether lines were left out since the last that passed. */
  #skipped = false;
  #found = 0;

  constructor(options: FilterOptions) {
    this.#options = options;
  }

  /** Whether no later line will pass. */
  get isDone(): boolean {
    return this.#found >= (this.#options.limit ?? Number.POSITIVE_INFINITY) && this.#open === 0;
  }

  /** What passes now that this line has come. */
  push(line: LogLine): readonly LogEntry[] {
    const { source, pattern, context, limit = Number.POSITIVE_INFINITY } = this.#options;
    if (source !== undefined && line.source !== source) return [];
    const fits = this.#found < limit && (pattern === undefined || pattern.find(line.bytes) >= 0);
    if (!fits) return this.#pass(line);
    this.#found += 1;
    if (context === 0) return [{ line }];
    this.#open = context;
    const before = this.#held.map((one): LogEntry => ({ line: one, matches: false }));
    const gap: readonly LogEntry[] = this.#skipped && this.#found > 1 ? [{ gap: true }] : [];
    this.#held = [];
    this.#skipped = false;
    return [...gap, ...before, { line, matches: true }];
  }

  #pass(line: LogLine): readonly LogEntry[] {
    if (this.#open > 0) {
      this.#open -= 1;
      return [{ line, matches: false }];
    }
    if (this.#held.push(line) > this.#options.context) {
      this.#held.shift();
      this.#skipped = true;
    }
    return [];
  }
}

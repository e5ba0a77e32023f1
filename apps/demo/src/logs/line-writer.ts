import type { Step } from '@stepwell/core';
import { ChunkedOutput } from '../output/chunked.ts';
import { lineBytes, lineJson, lostMark, timestamp } from './format-line.ts';
import type { LogEntry } from './log-entry.ts';

export interface WriterOptions {
  readonly timestamps: boolean;
  /** Nothing but what was recorded. */
  readonly raw: boolean;
  readonly json: boolean;
  /** Ends each line, since those behind it may have been left out. */
  readonly endLines: boolean;
}

/** Writes entries to stdout in the form that was asked for. */
export class LineWriter {
  readonly #options: WriterOptions;
  readonly #output = new ChunkedOutput();
  /** By their ids, which are those of their streams. */
  #steps: ReadonlyMap<string, Step> = new Map();
  /** Whether the next byte begins a line. */
  #atLineStart = true;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** The steps that there are now. */
  know(steps: readonly Step[]): void {
    this.#steps = new Map(steps.map((step) => [step.id, step]));
  }

  write(entry: LogEntry): void | Promise<void> {
    const { line, lost } = entry;
    const { json, timestamps, endLines } = this.#options;
    const step = this.#steps.get(line?.stream ?? lost?.stream ?? '');
    if (line !== undefined) {
      if (json) return this.#output.write(`${lineJson(line, step, entry.matches)}\n`);
      const bytes = lineBytes(endLines ? { bytes: line.bytes, terminated: true } : line);
      const stamped = timestamps && this.#atLineStart;
      this.#atLineStart = line.terminated || endLines;
      return this.#output.write(stamped ? Buffer.concat([Buffer.from(timestamp(line)), bytes]) : bytes);
    }
    if (lost !== undefined) {
      if (json) return this.#output.write(`${JSON.stringify({ step: step?.index ?? null, lost })}\n`);
      return this.#output.write(`${this.#toLineStart()}${lostMark(lost, step)}\n`);
    }
    if (!json) return this.#output.write('--\n');
  }

  /** Shows what was written so far. */
  async flush(): Promise<void> {
    await this.#output.flush();
  }

  async end(): Promise<void> {
    // So that a shell's prompt has a line of its own. Elsewhere the bytes are given back as they were.
    if (process.stdout.isTTY && !this.#options.raw) await this.#output.write(this.#toLineStart());
    await this.#output.flush();
  }

  #toLineStart(): string {
    if (this.#atLineStart) return '';
    this.#atLineStart = true;
    return '\n';
  }
}

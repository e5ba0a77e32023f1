import { Breather, type LogLine, type ViewGate } from '@stepwell/core';
import { FrameReader } from '../segment/frame-reader.ts';
import type { FrozenLog } from './frozen-log.ts';
import type { FrozenStream } from './frozen-stream.ts';
import { lineOf } from './line-chunk.ts';
import type { LineRun } from './line-run.ts';

/**
 * The lines around a line of one stream. Those in its own part are at hand; the rest is read by readers of their own, so
 * that the search goes on where it was.
 */
export class LineContext {
  readonly #log: FrozenLog;
  readonly #gate: ViewGate;
  readonly name: string;
  readonly #breather: Breather = new Breather();
  /** One for each direction, made when first needed. */
  #earlier: FrozenStream | undefined;
  #later: FrozenStream | undefined;

  constructor(log: FrozenLog, gate: ViewGate, name: string) {
    this.#log = log;
    this.#gate = gate;
    this.name = name;
  }

  /** The last `count` lines before line `number`, in order. `run` is where that line is. */
  async before(run: LineRun, number: number, count: number): Promise<LogLine[]> {
    const lines = count === 0 ? [] : this.#take(run, number - 1, count, -1);
    if (lines.length === count) return lines.reverse();
    // Runs of one part may have others between them, and numbers may be missing: what comes next is looked for.
    this.#earlier ??= this.#log.stream(this.name, new FrameReader());
    const stream = this.#earlier;
    if (stream === undefined) return lines.reverse();
    const below = Math.min(number, run.first);
    for (
      let part = Math.min(stream.partOf(below), stream.parts - 1);
      part >= 0 && lines.length < count;
      part--
    ) {
      await this.#breathe();
      if (stream.part(part).first >= below) continue;
      for (const other of stream.runs(part, true).toReversed()) {
        if (other.first >= below) continue;
        lines.push(...this.#take(other, below - 1, count - lines.length, -1));
      }
    }
    return lines.reverse();
  }

  /** The first `count` lines behind line `number`, in order. */
  async after(run: LineRun, number: number, count: number): Promise<LogLine[]> {
    const lines = count === 0 ? [] : this.#take(run, number + 1, count, 1);
    if (lines.length === count) return lines;
    this.#later ??= this.#log.stream(this.name, new FrameReader());
    const stream = this.#later;
    const above = run.first + run.count;
    const parts = stream?.parts ?? 0;
    for (let part = stream?.partOf(above) ?? 0; part < parts && lines.length < count; part++) {
      await this.#breathe();
      for (const other of stream?.runs(part) ?? []) {
        if (other.first + other.count <= above) continue;
        lines.push(...this.#take(other, above, count - lines.length, 1));
      }
    }
    return lines;
  }

  /** At most `count` lines of a run, from line `number` on, or from what of it there is, step by step. */
  #take(run: LineRun, number: number, count: number, step: 1 | -1): LogLine[] {
    const lines: LogLine[] = [];
    let place = number - run.first;
    place = step > 0 ? Math.max(0, place) : Math.min(run.count - 1, place);
    for (; place >= 0 && place < run.count && lines.length < count; place += step)
      lines.push(lineOf(this.name, run, place));
    return lines;
  }

  async #breathe(): Promise<void> {
    if (this.#breather.isDue) await this.#breather.pause();
    this.#gate.check();
  }
}

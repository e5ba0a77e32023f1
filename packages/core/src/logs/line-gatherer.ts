import { checkTime } from '../validation/check-value.ts';
import { refuseOthers } from '../validation/refuse-others.ts';
import { checkContentText } from './check-content.ts';
import type { LineColumns } from './line-columns.ts';
import { type LineKind, lineKind, plainKind } from './line-kind.ts';
import type { LogLineInit } from './log-line.ts';

/** What a line holds beside its content, roughly. */
export const lineOverhead = 24;

export const lineFields: ReadonlySet<string> = new Set(['content', 'at', 'level', 'source', 'terminated']);
const noBytes = new Uint8Array(0);

/** A place between two lines that were gathered. */
export interface GatherMark {
  readonly line: number;
  /** Of those lines that are bytes. */
  readonly byte: number;
  /** Bytes of memory of all before it, roughly. */
  readonly size: number;
}

const start: GatherMark = { line: 0, byte: 0, size: 0 };

/** Not a field of whoever it is: a class that extends `Uint8Array` may say what it likes. */
const byteLengthOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  'byteLength',
)?.get as (this: Uint8Array) => number;

/** All that is known of a line, read once from whoever gave it. */
export interface ReadLine {
  readonly content: string | Uint8Array;
  readonly at: number;
  readonly kind: LineKind;
}

/** Everything is checked but the content. @throws `INVALID_ARGUMENT`, or what reading it throws */
export function readLine(line: LogLineInit, now: number): ReadLine {
  refuseOthers(line, lineFields, 'a line');
  // Defaults stand for what is left out, not for `null`: a time that could not be told is refused like `NaN`.
  const { content, at = now, level = 'info', source = 'log', terminated = true } = line;
  checkTime(at, 'at');
  return { content, at, kind: lineKind(level, source, terminated) };
}

/**
 * Copies and checks lines, each once, into columns. Nearly all lines of an op have one time and one kind, so these are
 * lists only from the first line on that differs.
 */
export class LineGatherer {
  readonly #contents: (string | number)[] = [];
  #bytes: Uint8Array = noBytes;
  #filled = 0;
  #time = 0;
  #times: number[] | undefined;
  #kind: LineKind = plainKind;
  #kinds: LineKind[] | undefined;
  #size = 0;

  get count(): number {
    return this.#contents.length;
  }

  /** Bytes of memory, roughly. */
  get size(): number {
    return this.#size;
  }

  /** Where the next line will be. */
  get mark(): GatherMark {
    return { line: this.#contents.length, byte: this.#filled, size: this.#size };
  }

  /** What was gathered from one mark to another. Nothing may be added any more. */
  columns(from: GatherMark = start, to: GatherMark = this.mark): LineColumns {
    return {
      count: to.line - from.line,
      from: from.line,
      contents: this.#contents,
      // A view costs as much as ten lines of text.
      bytes: to.byte === from.byte ? noBytes : this.#bytes.subarray(from.byte, to.byte),
      times: this.#times ?? this.#time,
      kinds: this.#kinds ?? this.#kind,
    };
  }

  /** Adds a line, or nothing when it throws. @throws `INVALID_ARGUMENT`, or what reading it throws */
  add(line: string | Uint8Array | LogLineInit, now: number): void {
    if (typeof line === 'object' && line !== null && !(line instanceof Uint8Array)) this.addLine(line, now);
    else this.addPlain(line, now);
  }

  /** As {@link add}, of a line that is said nothing about. */
  addPlain(content: string | Uint8Array, now: number): void {
    this.#add(content, now, plainKind);
  }

  /** As {@link add}, of a line with all that is known of it. */
  addLine(line: LogLineInit, now: number): void {
    this.addRead(readLine(line, now));
  }

  /** As {@link add}, of a line that was read. */
  addRead({ content, at, kind }: ReadLine): void {
    this.#add(content, at, kind);
  }

  #add(content: string | Uint8Array, at: number, kind: LineKind): void {
    // Text first: it need not be asked what it is an instance of.
    if (typeof content !== 'string' && content instanceof Uint8Array) this.#addBytes(content);
    else {
      checkContentText(content);
      this.#contents.push(content);
      this.#size += content.length + lineOverhead;
    }
    if (this.#contents.length === 1) {
      this.#time = at;
      this.#kind = kind;
      return;
    }
    if (at !== this.#time || this.#times !== undefined) this.#addTime(at);
    if (kind !== this.#kind || this.#kinds !== undefined) this.#addKind(kind);
  }

  #addBytes(content: Uint8Array): void {
    const length = byteLengthOf.call(content);
    const end = this.#filled + length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    this.#bytes.set(content, this.#filled);
    this.#filled = end;
    this.#contents.push(length);
    this.#size += length + lineOverhead;
  }

  #addTime(at: number): void {
    this.#times ??= new Array<number>(this.#contents.length - 1).fill(this.#time);
    this.#times.push(at);
  }

  #addKind(kind: LineKind): void {
    this.#kinds ??= new Array<LineKind>(this.#contents.length - 1).fill(this.#kind);
    this.#kinds.push(kind);
  }
}

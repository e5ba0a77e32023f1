import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { MalformedError } from './malformed-error.ts';
import { writeSigned } from './write-signed.ts';

/*
 * The columns of a block, by row. Numbers are varints, those marked ± have a sign (`write-signed.ts`).
 *
 *    streams   bytes of this table, count, then for each: rows | name length | name (UTF-8) | spans: count, then for
 *              each: number of its first line, as distance from the end of the span before | lines
 *    runs      count; then of all of them: rows; then epochs, as ± distances from the one before; then ordinals
 *    flags     one byte a row
 *    lengths   of the content of each row
 *    times     of each row, as ± distances from the one before, the first from 0
 *
 * A span is lines whose numbers follow one another, a run is rows of one commit whose ordinals do. The table of streams
 * says again what the directory says: reading does without it, and repair can do without a directory.
 */

/** Lines of a stream whose numbers follow one another. */
export interface Span {
  readonly from: number;
  readonly count: number;
}

/** The rows of one stream in a block. */
export interface BlockStream {
  readonly name: string;
  readonly rows: number;
  readonly spans: readonly Span[];
}

/** Rows of one commit with ordinals that follow one another. */
export interface CommitRun {
  readonly rows: number;
  readonly epoch: number;
  /** Of the first row. */
  readonly ordinal: number;
}

/** The columns of which each row has one value, as the writer collects them. */
export interface RowColumns {
  readonly flags: ByteWriter;
  readonly lengths: ByteWriter;
  readonly times: ByteWriter;
}

export function writeColumns(
  writer: ByteWriter,
  streams: readonly BlockStream[],
  runs: readonly CommitRun[],
  { flags, lengths, times }: RowColumns,
): void {
  const table = new ByteWriter();
  table.reset(0);
  table.varint(streams.length);
  for (const { name, rows, spans } of streams) {
    table.varint(rows);
    table.varint(Buffer.byteLength(name));
    table.utf8(name);
    writeSpans(table, spans);
  }
  writer.varint(table.length);
  writer.raw(table.bytes);
  writer.varint(runs.length);
  for (const { rows } of runs) writer.varint(rows);
  let before = 0;
  for (const { epoch } of runs) {
    writeSigned(writer, epoch - before);
    before = epoch;
  }
  for (const { ordinal } of runs) writer.varint(ordinal);
  writer.raw(flags.bytes);
  writer.raw(lengths.bytes);
  writer.raw(times.bytes);
}

export function writeSpans(writer: ByteWriter, spans: readonly Span[]): void {
  writer.varint(spans.length);
  let end = 0;
  for (const { from, count } of spans) {
    writer.varint(from - end);
    writer.varint(count);
    end = from + count;
  }
}

/** Spans of `lines` lines in all. @throws MalformedError */
export function readSpans(reader: ByteReader, lines: number): Span[] {
  const spans: Span[] = [];
  let end = 0;
  let sum = 0;
  for (let left = reader.count(); left > 0; left--) {
    const gap = reader.varint();
    const count = reader.varint();
    const from = end + gap;
    if (count === 0 || gap === 0 || !Number.isSafeInteger(from + count))
      throw new MalformedError('a span of lines makes no sense');
    spans.push({ from, count });
    end = from + count;
    sum += count;
  }
  if (sum !== lines) throw new MalformedError('spans and rows disagree about the number of lines');
  return spans;
}

/** The columns of a block. Times and the table of streams are decoded when they are first asked for. */
export class SealedColumns {
  readonly #reader: ByteReader;
  readonly #rows: number;
  readonly #table: Buffer;
  readonly #timesAt: number;
  #times: Float64Array | undefined;
  /** Where in the content each row begins; one more than there are rows. */
  readonly starts: Float64Array;
  readonly flags: Buffer;
  /** At which row each run begins; one more than there are runs. */
  readonly #runStarts: Float64Array;
  readonly #epochs: Float64Array;
  readonly #ordinals: Float64Array;
  /** The run that was asked for last: the next question is about it, or about the one behind it. */
  #run = 0;

  /** @throws MalformedError */
  constructor(columns: Buffer, rows: number, contentBytes: number) {
    // A row takes at least three bytes: no count makes it ask for more memory than the columns justify.
    if (rows * 3 > columns.length) throw new MalformedError('there are more rows than there is room for');
    const reader = new ByteReader(columns);
    this.#reader = reader;
    this.#rows = rows;
    this.#table = reader.raw(reader.varint());
    const runs = reader.count();
    this.#runStarts = readPlaces(reader, runs, rows);
    this.#epochs = new Float64Array(runs);
    let epoch = 0;
    for (let run = 0; run < runs; run++) {
      epoch += reader.signed();
      if (epoch < 0 || !Number.isSafeInteger(epoch)) throw new MalformedError('an epoch makes no sense');
      this.#epochs[run] = epoch;
    }
    this.#ordinals = new Float64Array(runs);
    for (let run = 0; run < runs; run++) this.#ordinals[run] = reader.varint();
    this.flags = reader.raw(rows);
    this.starts = readPlaces(reader, rows, contentBytes);
    this.#timesAt = reader.position;
  }

  /** When each row was written, milliseconds since the Unix epoch. @throws MalformedError */
  get times(): Float64Array {
    this.#times ??= this.#readTimes();
    return this.#times;
  }

  epochAt(row: number): number {
    return this.#epochs[this.#runOf(row)] ?? 0;
  }

  ordinalAt(row: number): number {
    const run = this.#runOf(row);
    return (this.#ordinals[run] ?? 0) + row - (this.#runStarts[run] ?? 0);
  }

  /** Which rows are whose. @throws MalformedError */
  streams(): BlockStream[] {
    const reader = new ByteReader(this.#table);
    const streams: BlockStream[] = [];
    let sum = 0;
    for (let left = reader.count(); left > 0; left--) {
      const rows = reader.varint();
      const name = reader.utf8();
      streams.push({ name, rows, spans: readSpans(reader, rows) });
      sum += rows;
    }
    reader.end();
    if (sum !== this.#rows) throw new MalformedError('streams and rows disagree about the number of lines');
    return streams;
  }

  #runOf(row: number): number {
    const starts = this.#runStarts;
    let run = this.#run;
    if ((starts[run + 1] ?? 0) <= row) run += 1;
    if (row < (starts[run] ?? Infinity) || row >= (starts[run + 1] ?? 0)) run = lastAtOrBefore(starts, row);
    this.#run = run;
    return run;
  }

  #readTimes(): Float64Array {
    const reader = this.#reader;
    reader.position = this.#timesAt;
    const times = new Float64Array(this.#rows);
    let at = 0;
    for (let row = 0; row < times.length; row++) {
      at += reader.signed();
      if (at < 0 || !Number.isSafeInteger(at)) throw new MalformedError('a time makes no sense');
      times[row] = at;
    }
    reader.end();
    return times;
  }
}

/** `count` lengths as the places between them, from 0 to `total`. */
function readPlaces(reader: ByteReader, count: number, total: number): Float64Array {
  const places = new Float64Array(count + 1);
  let end = 0;
  for (let i = 1; i <= count; i++) {
    end += reader.varint();
    places[i] = end;
  }
  if (end !== total) throw new MalformedError('the lengths of the parts are not that of the whole');
  return places;
}

/** The last place of a rising list that holds no more than `value`; 0 when there is none. */
export function lastAtOrBefore(list: Float64Array, value: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((list[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

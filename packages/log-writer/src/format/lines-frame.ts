import { ByteReader } from './byte-reader.ts';
import type { StreamSummary } from './frame-summary.ts';
import { MalformedError } from './malformed-error.ts';

/** Neighbouring lines of one stream, by their ordinals. */
export interface Run {
  readonly ordinal: number;
  readonly count: number;
}

export interface StreamRun extends Run {
  /** The place of its stream in the table. */
  readonly stream: number;
}

/** A frame of kind 1, as `write-lines-frame.ts` draws it. Its columns are decoded when they are first asked for. */
export class LinesFrame {
  /** The bytes of all lines, one behind the other. */
  readonly content: Buffer;
  readonly streams: readonly StreamSummary[];
  /** In the order of ordinals. */
  readonly runs: readonly StreamRun[];
  readonly #base: number;
  readonly #columns: ByteReader;
  readonly #lines: number;
  /** One byte for each line: see `line-flags.ts`. */
  readonly flags: Buffer;
  #starts: Float64Array | undefined;
  #times: Float64Array | undefined;

  /** @throws MalformedError */
  constructor(content: Buffer, columns: Buffer) {
    this.content = content;
    const reader = new ByteReader(columns);
    this.#base = reader.varint();
    this.streams = readStreams(reader, this.#base);
    this.runs = readRuns(reader, this.streams.length);
    this.#lines = countLines(this.runs, this.streams);
    this.flags = reader.raw(this.#lines);
    this.#columns = reader;
  }

  /** Where the lines of the stream called `name` are. */
  runsOf(name: string): readonly Run[] {
    const place = this.streams.findIndex((stream) => stream.name === name);
    return this.runs.filter(({ stream }) => stream === place);
  }

  /** Where in the content each line begins, by ordinal; one more than there are lines, for the end of the last. */
  get starts(): Float64Array {
    this.#starts ??= this.#readStarts();
    return this.#starts;
  }

  /** When each line was written, milliseconds since the Unix epoch, by ordinal. */
  get times(): Float64Array {
    this.#times ??= this.#readTimes();
    return this.#times;
  }

  #readStarts(): Float64Array {
    const starts = new Float64Array(this.#lines + 1);
    let end = 0;
    for (let i = 1; i <= this.#lines; i++) {
      end += this.#columns.varint();
      starts[i] = end;
    }
    if (end !== this.content.length)
      throw new MalformedError('the lengths of the lines are not the length of the content');
    return starts;
  }

  #readTimes(): Float64Array {
    // The column of times begins where that of lengths ends.
    void this.starts;
    const times = new Float64Array(this.#lines);
    for (let i = 0; i < this.#lines; i++) times[i] = this.#base + this.#columns.varint();
    return times;
  }
}

function readStreams(reader: ByteReader, base: number): StreamSummary[] {
  const streams: StreamSummary[] = [];
  for (let count = reader.count(); count > 0; count--) {
    streams.push({
      name: reader.utf8(),
      first: reader.varint(),
      count: reader.varint(),
      bytes: reader.varint(),
      minAt: base + reader.varint(),
      maxAt: base + reader.varint(),
      firstAt: base + reader.varint(),
      lastAt: base + reader.varint(),
    });
  }
  return streams;
}

function readRuns(reader: ByteReader, streams: number): StreamRun[] {
  const runs: StreamRun[] = [];
  let ordinal = 0;
  for (let count = reader.count(); count > 0; count--) {
    const stream = reader.varint();
    if (stream >= streams) throw new MalformedError('a run names a stream that is not in the table');
    const lines = reader.varint();
    runs.push({ stream, ordinal, count: lines });
    ordinal += lines;
  }
  return runs;
}

function countLines(runs: readonly StreamRun[], streams: readonly StreamSummary[]): number {
  const counts = new Array<number>(streams.length).fill(0);
  let lines = 0;
  for (const { stream, count } of runs) {
    counts[stream] = (counts[stream] ?? 0) + count;
    lines += count;
  }
  if (streams.some(({ count }, place) => count !== counts[place])) {
    throw new MalformedError('runs and streams disagree about the number of lines');
  }
  return lines;
}

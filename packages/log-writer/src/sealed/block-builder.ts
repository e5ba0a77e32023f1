import { ByteWriter } from '../format/byte-writer.ts';
import { encodeBlock } from '../format/sealed-block-header.ts';
import { type Compression, pack } from '../format/sealed-codec.ts';
import { type BlockStream, type CommitRun, type Span, writeColumns } from '../format/sealed-columns.ts';
import type { Place } from '../format/sealed-piece.ts';
import { writeSigned } from '../format/write-signed.ts';
import type { LineRun } from '../view/line-run.ts';

type Growing<Kind> = { -readonly [Key in keyof Kind]: Kind[Key] };

interface GrowingStream extends Growing<BlockStream> {
  readonly spans: Growing<Span>[];
}

/** The rows of the block that is being filled. */
export class BlockBuilder {
  /** A longer line is a block of its own. */
  readonly #blockBytes: number;
  /** Empty lines take columns as well. */
  readonly #maxRows: number;
  readonly #content: ByteWriter = new ByteWriter();
  readonly #columns: ByteWriter = new ByteWriter();
  readonly #flags: ByteWriter = new ByteWriter();
  readonly #lengths: ByteWriter = new ByteWriter();
  readonly #times: ByteWriter = new ByteWriter();
  #streams: GrowingStream[] = [];
  #runs: Growing<CommitRun>[] = [];
  rows = 0;
  minAt: number = Number.POSITIVE_INFINITY;
  maxAt = 0;
  #lastAt = 0;

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
    this.#maxRows = Math.max(1, Math.floor(blockBytes / 16));
    this.#reset();
  }

  /** How many rows of `run`, from `from`, still have room; at least one in a block that is empty. */
  fitting({ starts }: LineRun, from: number, to: number): number {
    const begin = starts[from] ?? 0;
    const room = this.#blockBytes - this.#content.length;
    const end = Math.min(to, from + this.#maxRows - this.rows);
    let row = from;
    while (row < end && (starts[row + 1] ?? 0) - begin <= room) row += 1;
    return row === from && this.rows === 0 ? 1 : row - from;
  }

  /** Adds the lines `from` to `to` of `run`. */
  add(name: string, run: LineRun, from: number, to: number): void {
    const { starts, times, flags } = run;
    this.#content.raw(run.content.subarray(starts[from], starts[to]));
    this.#flags.raw(flags.subarray(from, to));
    for (let i = from; i < to; i++) {
      this.#lengths.varint((starts[i + 1] ?? 0) - (starts[i] ?? 0));
      const at = times[i] ?? 0;
      writeSigned(this.#times, at - this.#lastAt);
      this.#lastAt = at;
      if (at < this.minAt) this.minAt = at;
      if (at > this.maxAt) this.maxAt = at;
      this.#addToRun(run.epochAt(i), run.ordinalAt(i));
    }
    this.#addToStream(name, run.first + from, to - from);
    this.rows += to - from;
  }

  /** The block, which then begins anew. */
  finish(place: Place, firstRow: number, compression: Compression): Buffer {
    const flags = { flags: this.#flags, lengths: this.#lengths, times: this.#times };
    writeColumns(this.#columns, this.#streams, this.#runs, flags);
    const content = this.#content.bytes;
    const columns = this.#columns.bytes;
    const block = encodeBlock(
      place,
      { firstRow, rows: this.rows },
      { ...pack(content, compression), rawBytes: content.length },
      { ...pack(columns, compression), rawBytes: columns.length },
    );
    this.#reset();
    return block;
  }

  #addToRun(epoch: number, ordinal: number): void {
    const last = this.#runs.at(-1);
    if (last?.epoch === epoch && last.ordinal + last.rows === ordinal) last.rows += 1;
    else this.#runs.push({ rows: 1, epoch, ordinal });
  }

  #addToStream(name: string, first: number, count: number): void {
    let stream = this.#streams.at(-1);
    if (stream?.name !== name) {
      stream = { name, rows: 0, spans: [] };
      this.#streams.push(stream);
    }
    stream.rows += count;
    addToSpans(stream.spans, first, count);
  }

  #reset(): void {
    for (const part of [this.#content, this.#columns, this.#flags, this.#lengths, this.#times]) part.reset(0);
    this.#streams = [];
    this.#runs = [];
    this.rows = 0;
    this.minAt = Number.POSITIVE_INFINITY;
    this.maxAt = 0;
    this.#lastAt = 0;
  }
}

/** Adds lines to the spans of a stream. */
export function addToSpans(spans: Growing<Span>[], first: number, count: number): void {
  const last = spans.at(-1);
  if (last !== undefined && last.from + last.count === first) last.count += count;
  else spans.push({ from: first, count });
}

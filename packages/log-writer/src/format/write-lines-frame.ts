import type { AppendLinesOp, StoredLine } from '@stepwell/core';
import type { ByteWriter } from './byte-writer.ts';
import type { PruneSummary, StreamSummary } from './frame-summary.ts';
import { encodeFlags } from './line-flags.ts';
import { writePrunes } from './prune-columns.ts';

/*
 * A frame of kind 1. A line is known by its ordinal: its place among the lines of the commit, as they were submitted.
 *
 *    content   the bytes of all lines, without line ends, by ordinal
 *
 *    columns   base time: the earliest of all, milliseconds since the Unix epoch
 *              streams   count, then for each: name length | name (UTF-8) | first line number | lines | content bytes
 *                        | earliest | latest | first | last time, as distances from the base time
 *              runs      count, then for each: stream (its place in the table) | lines. Neighbours of one stream are one run.
 *              flags     one byte a line
 *              lengths   of the content of each line
 *              times     of each line, as distances from the base time
 *
 * All numbers of the columns but the flags are varints. The table of streams alone is enough to index a frame; lines
 * are decoded when somebody reads them.
 */

/** Text is joined up to so many UTF-16 units before it is encoded: one call for hundreds of lines, not one for each. */
const joinedUnits = 64 * 1024;

interface Stream {
  readonly name: string;
  readonly place: number;
  readonly first: number;
  count: number;
  bytes: number;
  minAt: number;
  maxAt: number;
  readonly firstAt: number;
  lastAt: number;
}

/** Where the lines of one op went. */
export interface Placement {
  readonly first: number;
  readonly count: number;
}

export interface WrittenLines {
  readonly contentBytes: number;
  readonly columnsBytes: number;
  readonly streams: readonly StreamSummary[];
  /** One for each op, in order. */
  readonly placements: readonly Placement[];
}

/**
 * Writes content and columns of a frame to `writer`: of kind 1, or of kind 3 where there are `prunes`. `nextNumber` tells
 * the number of the next line of a stream.
 */
export function writeLinesFrame(
  writer: ByteWriter,
  ops: readonly AppendLinesOp[],
  nextNumber: (stream: string) => number,
  prunes: readonly PruneSummary[] = [],
): WrittenLines {
  const start = writer.length;
  const { streams, runs, lines, placements } = arrange(ops, nextNumber);
  const lengths = writeContent(writer, lines);
  addBytes(runs, lengths);
  const contentEnd = writer.length;
  if (prunes.length > 0) writePrunes(writer, prunes);
  writeColumns(writer, [...streams.values()], runs, lines, lengths);
  return {
    contentBytes: contentEnd - start,
    columnsBytes: writer.length - contentEnd,
    streams: [...streams.values()],
    placements,
  };
}

interface Run {
  readonly stream: Stream;
  count: number;
}

interface Arrangement {
  readonly streams: ReadonlyMap<string, Stream>;
  readonly runs: readonly Run[];
  readonly lines: readonly StoredLine[];
  readonly placements: readonly Placement[];
}

function arrange(ops: readonly AppendLinesOp[], nextNumber: (stream: string) => number): Arrangement {
  const streams = new Map<string, Stream>();
  const runs: Run[] = [];
  const lines: StoredLine[] = [];
  const placements: Placement[] = [];
  for (const op of ops) {
    const [head] = op.lines;
    let stream = streams.get(op.stream);
    if (head === undefined) {
      placements.push({ first: stream ? stream.first + stream.count : nextNumber(op.stream), count: 0 });
      continue;
    }
    if (stream === undefined) {
      stream = newStream(op.stream, streams.size, nextNumber(op.stream), head.at);
      streams.set(op.stream, stream);
    }
    placements.push({ first: stream.first + stream.count, count: op.lines.length });
    const last = runs.at(-1);
    if (last?.stream === stream) last.count += op.lines.length;
    else runs.push({ stream, count: op.lines.length });
    addLines(stream, op.lines, lines);
  }
  return { streams, runs, lines, placements };
}

function newStream(name: string, place: number, first: number, at: number): Stream {
  return { name, place, first, count: 0, bytes: 0, minAt: at, maxAt: at, firstAt: at, lastAt: at };
}

function addLines(stream: Stream, added: readonly StoredLine[], all: StoredLine[]): void {
  for (const line of added) {
    all.push(line);
    if (line.at < stream.minAt) stream.minAt = line.at;
    else if (line.at > stream.maxAt) stream.maxAt = line.at;
    stream.lastAt = line.at;
  }
  stream.count += added.length;
}

/** Answers the length of each line in bytes. */
function writeContent(writer: ByteWriter, lines: readonly StoredLine[]): number[] {
  const lengths: number[] = [];
  let joined = '';
  let joinedFrom = 0;
  const flush = (end: number) => {
    // As many bytes as units: all of it is ASCII, and the lengths are known without looking at a line again.
    const ascii = writer.utf8(joined) === joined.length;
    for (let i = joinedFrom; i < end; i++) {
      const content = lines[i]?.content as string;
      lengths.push(ascii ? content.length : Buffer.byteLength(content));
    }
    joined = '';
  };
  for (let i = 0; i < lines.length; i++) {
    const content = lines[i]?.content ?? '';
    if (typeof content === 'string') {
      joined += content;
      if (joined.length < joinedUnits) continue;
      flush(i + 1);
    } else {
      flush(i);
      writer.raw(content);
      lengths.push(content.length);
    }
    joinedFrom = i + 1;
  }
  flush(lines.length);
  return lengths;
}

function addBytes(runs: readonly Run[], lengths: readonly number[]): void {
  let ordinal = 0;
  for (const { stream, count } of runs) {
    for (const end = ordinal + count; ordinal < end; ordinal++) stream.bytes += lengths[ordinal] ?? 0;
  }
}

function writeColumns(
  writer: ByteWriter,
  streams: readonly Stream[],
  runs: readonly Run[],
  lines: readonly StoredLine[],
  lengths: readonly number[],
): void {
  const base = streams.reduce((earliest, { minAt }) => Math.min(earliest, minAt), streams[0]?.minAt ?? 0);
  writer.varint(base);
  writer.varint(streams.length);
  for (const stream of streams) {
    writer.varint(Buffer.byteLength(stream.name));
    writer.utf8(stream.name);
    writer.varint(stream.first);
    writer.varint(stream.count);
    writer.varint(stream.bytes);
    writer.varint(stream.minAt - base);
    writer.varint(stream.maxAt - base);
    writer.varint(stream.firstAt - base);
    writer.varint(stream.lastAt - base);
  }
  writer.varint(runs.length);
  for (const { stream, count } of runs) {
    writer.varint(stream.place);
    writer.varint(count);
  }
  for (const line of lines) writer.byte(encodeFlags(line));
  for (const length of lengths) writer.varint(length);
  for (const line of lines) writer.varint(line.at - base);
}

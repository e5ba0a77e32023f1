import { type AppendLinesOp, type LineColumns, type LineKind, lineColumnsOf } from '@stepwell/core';
import type { ByteWriter } from './byte-writer.ts';
import type { PruneSummary, StreamSummary } from './frame-summary.ts';
import { encodeFlags } from './line-flags.ts';
import { LineLengths } from './line-lengths.ts';
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

/** Of line after line; kept, since there are hundreds of thousands. Nothing else runs while a frame is written. */
const lengths = new LineLengths();

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
  const { streams, runs, columns, placements } = arrange(ops, nextNumber);
  lengths.reset();
  for (const part of columns) writeContent(writer, part, lengths);
  lengths.settle(writer);
  addBytes(runs, lengths);
  const contentEnd = writer.length;
  if (prunes.length > 0) writePrunes(writer, prunes);
  writeColumns(writer, streams, runs, columns, lengths);
  return { contentBytes: contentEnd - start, columnsBytes: writer.length - contentEnd, streams, placements };
}

interface Run {
  readonly stream: Stream;
  count: number;
}

interface Arrangement {
  readonly streams: readonly Stream[];
  readonly runs: readonly Run[];
  /** Of each op that has lines. */
  readonly columns: readonly LineColumns[];
  readonly placements: readonly Placement[];
}

function arrange(ops: readonly AppendLinesOp[], nextNumber: (stream: string) => number): Arrangement {
  const streams = new Map<string, Stream>();
  const runs: Run[] = [];
  const columns: LineColumns[] = [];
  const placements: Placement[] = [];
  for (const op of ops) {
    const part = lineColumnsOf(op);
    const { count } = part;
    let stream = streams.get(op.stream);
    if (count === 0) {
      placements.push({ first: stream ? stream.first + stream.count : nextNumber(op.stream), count });
      continue;
    }
    if (stream === undefined) {
      stream = newStream(op.stream, streams.size, nextNumber(op.stream), timeOf(part, 0));
      streams.set(op.stream, stream);
    }
    placements.push({ first: stream.first + stream.count, count });
    const last = runs.at(-1);
    if (last?.stream === stream) last.count += count;
    else runs.push({ stream, count });
    stream.count += count;
    addTimes(stream, part);
    columns.push(part);
  }
  return { streams: [...streams.values()], runs, columns, placements };
}

function newStream(name: string, place: number, first: number, at: number): Stream {
  return { name, place, first, count: 0, bytes: 0, minAt: at, maxAt: at, firstAt: at, lastAt: at };
}

function timeOf({ times, from }: LineColumns, i: number): number {
  return typeof times === 'number' ? times : (times[from + i] ?? 0);
}

function addTimes(stream: Stream, { times, from, count }: LineColumns): void {
  if (typeof times === 'number') {
    addTime(stream, times);
    return;
  }
  for (let i = from; i < from + count; i++) {
    const at = times[i] ?? 0;
    // Like that of the line before, mostly.
    if (at !== stream.lastAt) addTime(stream, at);
  }
}

function addTime(stream: Stream, at: number): void {
  if (at < stream.minAt) stream.minAt = at;
  else if (at > stream.maxAt) stream.maxAt = at;
  stream.lastAt = at;
}

function writeContent(
  writer: ByteWriter,
  { from, count, contents, bytes }: LineColumns,
  to: LineLengths,
): void {
  const end = from + count;
  let written = 0;
  for (let i = from; i < end; ) {
    i = to.addTexts(writer, contents, i, end);
    if (i === end) break;
    // Text that stands before bytes in the op stands before them in the frame.
    to.settle(writer);
    const first = written;
    for (; i < end; i++) {
      const content = contents[i];
      if (typeof content === 'string') break;
      to.addBytes(content ?? 0);
      written += content ?? 0;
    }
    writer.raw(bytes.subarray(first, written));
  }
}

function addBytes(runs: readonly Run[], lengths: LineLengths): void {
  let ordinal = 0;
  for (const { stream, count } of runs) {
    stream.bytes += lengths.sum(ordinal, ordinal + count);
    ordinal += count;
  }
}

function writeColumns(
  writer: ByteWriter,
  streams: readonly Stream[],
  runs: readonly Run[],
  columns: readonly LineColumns[],
  lengths: LineLengths,
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
  for (const part of columns) writeFlags(writer, part);
  lengths.write(writer);
  for (const part of columns) writeTimes(writer, part, base);
}

function writeFlags(writer: ByteWriter, { from, count, kinds }: LineColumns): void {
  if ('level' in kinds) writer.fill(encodeFlags(kinds), count);
  else for (let i = from; i < from + count; i++) writer.byte(encodeFlags(kinds[i] as LineKind));
}

function writeTimes(writer: ByteWriter, { from, count, times }: LineColumns, base: number): void {
  if (typeof times === 'number') {
    writer.varintTimes(times - base, count);
    return;
  }
  const end = from + count;
  for (let i = from; i < end; ) {
    const first = i;
    const at = times[i] ?? base;
    // Hundreds of lines come within a millisecond.
    do i++;
    while (i < end && times[i] === at);
    writer.varintTimes(at - base, i - first);
  }
}

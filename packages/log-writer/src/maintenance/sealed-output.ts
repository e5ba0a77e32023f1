import { fromSystemError, StoreError, toStoreError } from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import { SealedWriter } from '../sealed/sealed-writer.ts';
import type { LineRun } from '../view/line-run.ts';
import type { CompactionPlace, SealedOutput } from './compaction-job.ts';
import type { Pace } from './pace.ts';

/** So much is compressed between two looks at the pace: some milliseconds. */
const pieceBytes = 256 * 1024;
const pieceLines = 16 * 1024;
/** So much is handed to the device at a time: the sync of an append that falls into the next one waits no longer for it. */
const syncBytes = 8 * 1024 ** 2;

/** What a segment says of a stream, besides its lines. */
export interface StreamFacts {
  /** The number of the line that follows in the next segment, whatever was pruned later. */
  readonly next: number;
  readonly lost: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Makes a sealed segment, which is on the device under its name when this resolves. What throws leaves nothing behind.
 * @throws what `fill` and the disk throw
 */
export async function makeSealed(
  fs: FileSystem,
  { directory, store, compression }: CompactionPlace,
  id: number,
  pace: Pace,
  fill: (output: OutputRows) => Promise<void>,
): Promise<Omit<SealedOutput, 'lastEpoch'>> {
  const writer = SealedWriter.create(fs, directory, { id, store, compression });
  try {
    logCrashPoint('log:compact.begun');
    const output = new OutputRows(writer, pace);
    await fill(output);
    if (pace.isDue) await pace.rest();
    const { bytes, lines, streams } = await writer.finish();
    await syncDirectory(fs, directory);
    return { bytes, lines, streams, dropped: output.dropped };
  } catch (error) {
    throw abandoned(writer, error);
  }
}

async function syncDirectory(fs: FileSystem, directory: string): Promise<void> {
  try {
    await fs.fsyncDirectory(directory);
  } catch (error) {
    throw fromSystemError(error, `cannot sync ${directory}`, { path: directory });
  }
}

/** The error, once the file is gone; should that fail as well, the error tells of both. */
function abandoned(writer: SealedWriter, error: unknown): unknown {
  try {
    writer.abandon();
    return error;
  } catch (second) {
    const { code, message, details } = toStoreError(error, 'IO', `cannot write ${writer.path}`);
    return new StoreError(code, message, { details, cause: new AggregateError([error, second]) });
  }
}

/** Rows on their way into a sealed segment. Pruned ones are dropped here. */
export class OutputRows {
  readonly #writer: SealedWriter;
  readonly #pace: Pace;
  #synced = 0;
  #prunedThrough = 0;
  /** How many lines were left out because they were pruned. */
  dropped = 0;

  constructor(writer: SealedWriter, pace: Pace) {
    this.#writer = writer;
    this.#pace = pace;
  }

  /** The lines of `name` follow; those up to number `prunedThrough` are not kept. */
  begin(name: string, prunedThrough: number): void {
    this.#writer.beginStream(name);
    this.#prunedThrough = prunedThrough;
  }

  async add(run: LineRun): Promise<void> {
    const dropped = Math.min(run.count, Math.max(0, this.#prunedThrough + 1 - run.first));
    this.dropped += dropped;
    for (let from = dropped, to = dropped; from < run.count; from = to) {
      to = endOfPiece(run, from);
      this.#writer.add(run, from, to);
      await this.#makeWay();
    }
  }

  end({ next, lost }: StreamFacts): void {
    const first = this.#prunedThrough + 1;
    this.#writer.endStream({
      next,
      lost: lost.filter(({ to }) => to >= first).map(({ from, to }) => ({ from: Math.max(from, first), to })),
      // What was pruned beyond, the segments behind this one say.
      prunedThrough: Math.min(this.#prunedThrough, next - 1),
    });
  }

  async #makeWay(): Promise<void> {
    const { written } = this.#writer;
    if (written - this.#synced >= syncBytes) {
      this.#synced = written;
      await this.#writer.sync();
    }
    if (this.#pace.isDue) await this.#pace.rest();
  }
}

function endOfPiece({ starts, count }: LineRun, from: number): number {
  const end = (starts[from] ?? 0) + pieceBytes;
  const limit = Math.min(count, from + pieceLines);
  let to = from + 1;
  while (to < limit && (starts[to] ?? 0) < end) to += 1;
  return to;
}

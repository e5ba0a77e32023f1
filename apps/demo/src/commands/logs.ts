import { type LogLine, type LogSource, type Step, toArray } from '@stepwell/core';
import { findExecution } from '../ids/find-execution.ts';
import { findStep } from '../ids/find-step.ts';
import { lineBytes, lineJson, lostMark, timestamp } from '../logs/format-line.ts';
import { lastLines } from '../logs/last-lines.ts';
import { type LogEntry, withLostLines } from '../logs/log-entry.ts';
import { mergeLines } from '../logs/merge-lines.ts';
import { ChunkedOutput } from '../output/chunked.ts';
import { openSettled, type RunSnapshot } from '../reading/open-settled.ts';

export interface LogsOptions {
  /** Absolute path of the store. */
  readonly store: string;
  /** Only this step, by name, index or id. */
  readonly step: string | undefined;
  readonly source: LogSource | undefined;
  /** Only the last so many lines. */
  readonly last: number | undefined;
  readonly timestamps: boolean;
  /** Nothing but what was recorded. */
  readonly raw: boolean;
  readonly json: boolean;
}

/**
 * `stepwell logs`: what a run printed, byte for byte, in the order in which it was recorded.
 *
 * Streams in constant memory, but for `--last`, which holds the lines it is asked for.
 */
export async function logs(reference: string, options: LogsOptions): Promise<void> {
  // Without a deadline: a pager may stay open for hours, and lets go of the snapshot when it ends.
  await using stepwell = await openSettled(options.store, { snapshotDeadline: 0 });
  await stepwell.store.withSnapshot((snapshot) => printLogs(snapshot, reference, options));
}

async function printLogs(snapshot: RunSnapshot, reference: string, options: LogsOptions): Promise<void> {
  const { records } = snapshot.view;
  const run = await findExecution(records, reference);
  const steps = await toArray(records.list('step', { executionId: run.id }));
  const chosen = options.step === undefined ? undefined : findStep(steps, options.step);
  const streams = chosen === undefined ? [run.id, ...steps.map(({ id }) => id)] : [chosen.id];
  const writer = new LogWriter(new Map(steps.map((step) => [step.id, step])), options);
  for await (const entry of entriesOf(snapshot, streams, options)) {
    const wait = writer.write(entry);
    if (wait !== undefined) await wait;
  }
  await writer.end();
}

async function* entriesOf(
  snapshot: RunSnapshot,
  streams: readonly string[],
  { last, source, raw }: LogsOptions,
): AsyncGenerator<LogEntry> {
  const { logs: view } = snapshot.view;
  const fits = (line: LogLine): boolean => source === undefined || line.source === source;
  if (last !== undefined) {
    for (const line of await lastLines(mergeLines(view, streams, { reverse: true }), last, fits))
      yield { line };
    return;
  }
  for await (const entry of withLostLines(view, streams, mergeLines(view, streams))) {
    if (entry.line === undefined ? !raw : fits(entry.line)) yield entry;
  }
}

/** Writes entries to stdout in the form that was asked for. */
class LogWriter {
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #options: LogsOptions;
  readonly #output = new ChunkedOutput();
  /** Whether the next byte begins a line. */
  #atLineStart = true;

  constructor(steps: ReadonlyMap<string, Step>, options: LogsOptions) {
    this.#steps = steps;
    this.#options = options;
  }

  write({ line, lost }: LogEntry): void | Promise<void> {
    const step = this.#steps.get(line?.stream ?? lost?.stream ?? '');
    if (line === undefined) {
      if (this.#options.json)
        return this.#output.write(`${JSON.stringify({ step: step?.index ?? null, lost })}\n`);
      return this.#output.write(`${this.#toLineStart()}${lostMark(lost, step)}\n`);
    }
    if (this.#options.json) return this.#output.write(`${lineJson(line, step)}\n`);
    const bytes = lineBytes(line);
    const stamped = this.#options.timestamps && this.#atLineStart;
    this.#atLineStart = line.terminated;
    return this.#output.write(stamped ? Buffer.concat([Buffer.from(timestamp(line)), bytes]) : bytes);
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

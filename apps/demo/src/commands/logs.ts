import { type Execution, type LinePattern, type LogSource, type Step, toArray } from '@stepwell/core';
import { findExecution } from '../ids/find-execution.ts';
import { findStep } from '../ids/find-step.ts';
import { follow } from '../logs/follow-log.ts';
import { LineFilter } from '../logs/line-filter.ts';
import { LineWriter } from '../logs/line-writer.ts';
import { mergeLines } from '../logs/merge-lines.ts';
import { isPicked, readEntries, timesOf } from '../logs/read-entries.ts';
import { patternOf, type Sought } from '../logs/text-pattern.ts';
import { openSettled, type RunSnapshot } from '../reading/open-settled.ts';
import { isLive } from '../reading/shown-status.ts';

export interface LogsOptions {
  /** Absolute path of the store. */
  readonly store: string;
  /** Only this step, by name, index or id. */
  readonly step: string | undefined;
  readonly source: LogSource | undefined;
  /** Only the last so many lines. */
  readonly last: number | undefined;
  /** Only lines recorded from then on, or until then. Milliseconds since the Unix epoch. */
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** Only lines that hold this. */
  readonly sought: Sought | undefined;
  /** So many lines on either side of each that holds it. */
  readonly context: number;
  /** Goes on with what is recorded from now on, until the run has ended. */
  readonly follow: boolean;
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
  const pattern = options.sought && patternOf(options.sought);
  // Without a deadline: a pager may stay open for hours, and lets go of the snapshot when it ends.
  await using stepwell = await openSettled(options.store, { snapshotDeadline: 0 });
  const { store } = stepwell;
  const printing = new Printing(reference, { ...options, pattern });
  if (options.follow) {
    await follow(store, async () => await store.withSnapshot((snapshot) => printing.more(snapshot)));
  } else await store.withSnapshot((snapshot) => printing.all(snapshot));
  await printing.end();
}

type PrintingOptions = LogsOptions & { readonly pattern: LinePattern | undefined };

class Printing {
  readonly #reference: string;
  readonly #options: PrintingOptions;
  readonly #writer: LineWriter;
  /** What follows passes through one filter, since a context may reach from one look into the next. */
  readonly #filter: LineFilter;
  #id: string | undefined;
  #epoch = -1;
  /** The number of the next line of each stream, once it was looked at. */
  readonly #next = new Map<string, number>();
  #isLastLook = false;

  constructor(reference: string, options: PrintingOptions) {
    this.#reference = reference;
    this.#options = options;
    this.#writer = new LineWriter({ ...options, endLines: options.pattern !== undefined });
    this.#filter = new LineFilter(options);
  }

  /** Prints what a snapshot shows. */
  async all(snapshot: RunSnapshot): Promise<void> {
    const { streams } = await this.#look(snapshot);
    const { logs } = snapshot.view;
    for await (const entry of readEntries(logs, streams, this.#options, this.#filter)) {
      const wait = this.#writer.write(entry);
      if (wait !== undefined) await wait;
    }
    if (isPicked(this.#options) && !this.#options.raw) await tellLost(snapshot, streams);
  }

  /** Prints what a snapshot shows that was not printed yet. Answers whether there may be more to come. */
  async more(snapshot: RunSnapshot): Promise<boolean> {
    if (this.#id === undefined) {
      await this.all(snapshot);
      await this.#setNext(snapshot);
    } else if (snapshot.epoch !== this.#epoch) {
      await this.#printNew(snapshot);
      await this.#setNext(snapshot);
    }
    this.#epoch = snapshot.epoch;
    await this.#writer.flush();
    return await this.#goesOn(snapshot);
  }

  async end(): Promise<void> {
    await this.#writer.end();
  }

  async #printNew(snapshot: RunSnapshot): Promise<void> {
    const { streams } = await this.#look(snapshot);
    const rangeOf = (stream: string) => ({ ...timesOf(this.#options), from: this.#next.get(stream) ?? 1 });
    for await (const line of mergeLines(snapshot.view.logs, streams, { rangeOf })) {
      for (const entry of this.#filter.push(line)) {
        const wait = this.#writer.write(entry);
        if (wait !== undefined) await wait;
      }
    }
  }

  async #setNext(snapshot: RunSnapshot): Promise<void> {
    for (const stream of (await this.#look(snapshot)).streams) {
      const info = await snapshot.view.logs.info(stream);
      if (info !== undefined) this.#next.set(stream, info.lines + 1);
    }
  }

  /** What there is of the run; the reference is resolved once, since `latest` may be another one soon. */
  async #look(
    snapshot: RunSnapshot,
  ): Promise<{ readonly run: Execution; readonly streams: readonly string[] }> {
    const { records } = snapshot.view;
    const run = await findExecution(records, this.#id ?? this.#reference);
    this.#id = run.id;
    const steps: readonly Step[] = await toArray(records.list('step', { executionId: run.id }));
    this.#writer.know(steps);
    const { step } = this.#options;
    const streams = step === undefined ? [run.id, ...steps.map(({ id }) => id)] : [findStep(steps, step).id];
    return { run, streams };
  }

  async #goesOn(snapshot: RunSnapshot): Promise<boolean> {
    const run = await snapshot.view.records.get('execution', this.#id ?? '');
    if (run === undefined || (run.status !== 'running' && run.status !== 'pending')) return false;
    // Nobody records it yet, or somebody does.
    if (run.session === null || (await isLive(snapshot, run))) return true;
    if (this.#isLastLook) {
      process.stderr.write('stepwell: whoever recorded this run is gone; there is no more to come\n');
      return false;
    }
    // What was committed between the snapshot and the look at who is alive.
    this.#isLastLook = true;
    return true;
  }
}

/** Where lines are picked, no mark can stand between them. */
async function tellLost(snapshot: RunSnapshot, streams: readonly string[]): Promise<void> {
  for (const stream of streams) {
    if (((await snapshot.view.logs.info(stream))?.lost.length ?? 0) === 0) continue;
    process.stderr.write(
      'stepwell: warning: a power failure took lines of this log; stepwell logs without options shows where\n',
    );
    return;
  }
}

import type { RecordedExecution } from '@stepwell/core';
import { findMarker } from '../../markers/find-marker.ts';
import type { MarkerMode } from '../../markers/marker.ts';
import { LineSplitter, type OutputLine } from '../line-splitter.ts';
import { noSteps, react, type StepsState } from '../steps/react.ts';
import { Recorders } from './recorders.ts';
import type { RunWarning } from './warnings.ts';

export type OutputSource = 'stdout' | 'stderr';

export interface OutputRecordingOptions {
  /** Absolute; what artifacts are relative to. */
  readonly cwd: string;
  readonly markers: MarkerMode;
  /** A step failed that may not. */
  readonly onStop: (message: string) => void;
  /** Told once, when recording has become impossible: the command goes on without it. */
  readonly onFailure: (error: unknown) => void;
}

/** One pipe of the command. */
interface Pipe {
  readonly source: OutputSource;
  readonly lines: LineSplitter;
  lineNumber: number;
}

/**
 * What a command prints, on its way into the record:
 *
 *     bytes ──► lines ──► markers ──► react ──► effects and log lines, one after the other
 *
 * The chunks of both pipes are taken strictly in the order in which they came. When recording fails it says so once,
 * and takes and forgets whatever comes after, so that the command is never held up by it.
 */
export class OutputRecording {
  readonly #options: OutputRecordingOptions;
  readonly #recorders: Recorders;
  readonly #pipes: Readonly<Record<OutputSource, Pipe>>;
  #state: StepsState = noSteps;
  #busy: Promise<void> | undefined;
  #failed = false;

  constructor(execution: RecordedExecution, options: OutputRecordingOptions) {
    this.#options = options;
    this.#recorders = new Recorders(execution, options.cwd, options.onStop);
    this.#pipes = {
      stdout: { source: 'stdout', lines: new LineSplitter(), lineNumber: 0 },
      stderr: { source: 'stderr', lines: new LineSplitter(), lineNumber: 0 },
    };
  }

  /** Takes a chunk. Answers a promise when the pipe should wait. */
  accept(source: OutputSource, chunk: Uint8Array): void | Promise<void> {
    const pipe = this.#pipes[source];
    return this.#inTurn(() => this.#record(pipe, pipe.lines.push(chunk)));
  }

  /** Both pipes have ended: takes what they left without a line end. */
  async end(): Promise<void> {
    for (const pipe of [this.#pipes.stdout, this.#pipes.stderr]) {
      await this.#inTurn(() => this.#record(pipe, pipe.lines.end()));
    }
    if (!this.#failed) return;
    const message = 'recording stopped before the command did: lines are missing';
    // The failure was told already; that it cannot be noted in the record adds nothing.
    await this.#recorders.warn({ source: 'stepwell', line: null, message }).catch(() => {});
  }

  /** Adds a warning to the run. */
  async warn(warning: RunWarning): Promise<void> {
    await this.#inTurn(() => this.#recorders.warn(warning));
  }

  #inTurn(work: () => void | Promise<void>): void | Promise<void> {
    if (this.#busy === undefined) {
      const wait = this.#guarded(work);
      if (wait === undefined) return;
      return this.#queue(wait);
    }
    return this.#queue(this.#busy.then(() => this.#guarded(work)));
  }

  #queue(wait: Promise<void>): Promise<void> {
    const busy = wait.finally(() => {
      if (this.#busy === busy) this.#busy = undefined;
    });
    this.#busy = busy;
    return busy;
  }

  /** Runs `work` unless recording has failed; a failure ends here. */
  #guarded(work: () => void | Promise<void>): void | Promise<void> {
    if (this.#failed) return;
    try {
      return work()?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#options.onFailure(error);
  }

  /** Synchronous as long as nothing has to be waited for, which is nearly always. */
  #record(pipe: Pipe, lines: Generator<OutputLine>): void | Promise<void> {
    for (let next = lines.next(); !next.done; next = lines.next()) {
      const wait = this.#recordLine(pipe, next.value);
      if (wait !== undefined) return this.#recordRest(wait, pipe, lines);
    }
  }

  async #recordRest(wait: Promise<void>, pipe: Pipe, lines: Generator<OutputLine>): Promise<void> {
    await wait;
    for (const line of lines) await this.#recordLine(pipe, line);
  }

  #recordLine(pipe: Pipe, line: OutputLine): void | Promise<void> {
    if (line.startsLine) pipe.lineNumber += 1;
    const marker = line.startsLine ? findMarker(line.content, this.#options.markers) : undefined;
    const { content, terminated } = line;
    const { source } = pipe;
    if (marker === undefined) return this.#recorders.log({ content, terminated, source });
    const { state, level, before, after } = react(this.#state, marker);
    this.#state = state;
    const at = { source, line: pipe.lineNumber };
    const lineInit = { content, terminated, source, level };
    return before.length === 0 && after.length === 0
      ? this.#recorders.log(lineInit)
      : this.#recorders.apply(lineInit, before, after, at);
  }
}

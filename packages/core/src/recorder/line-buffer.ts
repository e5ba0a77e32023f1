import { type StoreError, toStoreError } from '../errors/store-error.ts';
import type { LogLineInit } from '../logs/log-line.ts';
import { appendLines, type LogOp } from '../logs/log-op.ts';

/** Writes a batch of lines. */
type WriteLines = (ops: readonly LogOp[]) => Promise<unknown>;

/**
 * S10: lines on their way to the store, of all streams of a recorder. They gather for a moment, and while a write is
 * on its way, so that a chatty program costs few commits; beyond its bound it pushes back.
 */
export class LineBuffer {
  readonly #write: WriteLines;
  readonly #delay: number;
  readonly #maxBytes: number;
  readonly #pending = new Map<string, LogLineInit[]>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #failure: StoreError | undefined;
  #waiting: { readonly room: Promise<void>; readonly open: () => void } | undefined;

  constructor(write: WriteLines, delay: number, maxBytes: number) {
    this.#write = write;
    this.#delay = delay;
    this.#maxBytes = maxBytes;
  }

  /** Adds a line. Answers a promise when the caller should wait before adding more. */
  add(stream: string, line: LogLineInit): void | Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const lines = this.#pending.get(stream);
    if (lines === undefined) this.#pending.set(stream, [line]);
    else lines.push(line);
    this.#bytes += weight(line);
    this.#timer ??= setTimeout(() => this.#begin(), this.#delay);
    if (this.#bytes > this.#maxBytes) {
      this.#begin();
      return this.ready;
    }
  }

  /** Resolves when there is room. */
  get ready(): Promise<void> {
    if (this.#bytes <= this.#maxBytes) return Promise.resolve();
    this.#waiting ??= makeGate();
    return this.#waiting.room;
  }

  /**
   * Takes the lines of these streams that are not on their way yet, as ops for a batch of the caller's own: so that
   * a finished step never lacks a line (S4). Waits for those that are on their way.
   */
  async take(streams: readonly string[]): Promise<LogOp[]> {
    if (streams.length === 0) return [];
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    return streams.flatMap((stream) => this.#takeStream(stream));
  }

  /** Puts lines back that {@link take} gave out, when the caller's batch failed. */
  putBack(ops: readonly LogOp[]): void {
    for (const { stream, lines } of ops) {
      this.#pending.set(stream, [...lines, ...(this.#pending.get(stream) ?? [])]);
      for (const line of lines) this.#bytes += weight(line);
    }
  }

  #takeStream(stream: string): LogOp[] {
    const lines = this.#pending.get(stream);
    if (lines === undefined) return [];
    this.#pending.delete(stream);
    for (const line of lines) this.#bytes -= weight(line);
    this.#openGate();
    return [appendLines(stream, lines)];
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#flush().finally(() => {
      this.#writing = undefined;
      if (this.#pending.size > 0 && this.#failure === undefined) {
        this.#timer ??= setTimeout(() => this.#begin(), this.#delay);
      }
    });
  }

  async #flush(): Promise<void> {
    const ops = [...this.#pending.keys()].flatMap((stream) => this.#takeStream(stream));
    if (ops.length === 0) return;
    try {
      await this.#write(ops);
    } catch (cause) {
      const error = toStoreError(cause, 'IO', 'lines could not be written');
      this.putBack(ops);
      // A full disk or a busy lock may pass, and the lines wait for that; anything else is told to the next caller.
      if (!error.retryable) this.#failure = error;
    } finally {
      this.#openGate();
    }
  }

  #openGate(): void {
    if (this.#bytes > this.#maxBytes && this.#failure === undefined) return;
    this.#waiting?.open();
    this.#waiting = undefined;
  }
}

function weight(line: LogLineInit): number {
  return line.content.length + 64;
}

function makeGate(): { readonly room: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const room = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { room, open };
}

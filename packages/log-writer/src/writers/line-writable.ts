import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { appendLines, isStoreError, type LogLineInit, StoreError, toStoreError } from '@stepwell/core';
import { LineSplitter, type SplitLine } from './line-splitter.ts';
import type { LineStore } from './line-store.ts';
import type { LogWritableSettings } from './log-writable-options.ts';

/** What is known of a line beside its bytes. What it leaves out follows the options. */
export type LineFields = Pick<LogLineInit, 'at' | 'level'>;

/** What those who build on a {@link LineWritable} may add. */
export interface LineHooks {
  /** Looks into a line. */
  readonly describe?: (content: Uint8Array) => LineFields;
  /** Runs when the last write has ended, before `close` is emitted. */
  readonly release?: () => Promise<void>;
}

/** Lines and bytes of one write: enough that its fixed cost is nothing, and few enough that the event loop goes round. */
const batchLines = 2_000;
const batchBytes = 1024 * 1024;

/**
 *     write ──► Node's buffer ──► [ all of it: split ─► store.write ] ──► callbacks
 *                    ▲                                       │
 *                    └───────── what arrived meanwhile ◄─────┘
 *
 * One write is under way at a time. What arrives meanwhile waits in the buffer of the stream, whose highWaterMark pushes
 * back, and goes into the next one together.
 */
export class LineWritable extends Writable {
  readonly #store: LineStore;
  readonly #settings: LogWritableSettings;
  readonly #hooks: LineHooks;
  readonly #splitter: LineSplitter;
  /** Takes a write back that waits in the queue when the stream is destroyed. */
  readonly #destroying = new AbortController();
  /** Never rejects. */
  #underWay: Promise<void> = Promise.resolve();
  /** Whether something was only queued (`durability: 'none'`). */
  #isBuffered = false;

  constructor(store: LineStore, settings: LogWritableSettings, hooks: LineHooks = {}) {
    super({ highWaterMark: settings.highWaterMark });
    this.#store = store;
    this.#settings = settings;
    this.#hooks = hooks;
    this.#splitter = new LineSplitter(settings.maxLineBytes);
  }

  /** Calls back when every line that was completed before is acknowledged, or with what keeps them from it. */
  flush(callback?: (error?: Error | null) => void): void {
    this.write(Buffer.alloc(0), callback);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#run(() => this.#append([chunk]), callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#run(() => this.#append(chunks.map(({ chunk }) => chunk)), callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#run(async () => {
      await this.#write([...this.#splitter.end()].map((line) => this.#init(line, this.#settings.at())));
      if (this.#isBuffered) await this.#store.flush();
    }, callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#destroying.abort();
    this.#underWay.then(this.#hooks.release).then(
      () => callback(error),
      (failure: unknown) => callback(error ?? toStoreError(failure, 'IO', 'the log could not be closed')),
    );
  }

  #run(work: () => Promise<void>, callback: (error?: Error | null) => void): void {
    // In a tick of its own: what a callback throws is its owner's, and no rejection of ours.
    this.#underWay = work().then(
      () => process.nextTick(callback),
      (error: unknown) => process.nextTick(callback, toStoreError(error, 'IO', 'lines could not be written')),
    );
  }

  async #append(chunks: readonly Buffer[]): Promise<void> {
    let lines: LogLineInit[] = [];
    let bytes = 0;
    for (const chunk of chunks) {
      const at = this.#settings.at();
      for (const line of this.#splitter.push(chunk)) {
        lines.push(this.#init(line, at));
        bytes += line.content.length;
        if (lines.length < batchLines && bytes < batchBytes) continue;
        await this.#write(lines);
        lines = [];
        bytes = 0;
      }
    }
    await this.#write(lines);
  }

  #init({ content, terminated }: SplitLine, at: number): LogLineInit {
    const { source, level } = this.#settings;
    const fields = this.#hooks.describe?.(content);
    return {
      content,
      terminated,
      at: fields?.at ?? at,
      level: fields?.level ?? level ?? 'info',
      source: source ?? 'log',
    };
  }

  async #write(lines: readonly LogLineInit[]): Promise<void> {
    if (lines.length === 0) return;
    const { stream, durability, retryFor } = this.#settings;
    const { signal } = this.#destroying;
    const options = { signal, ...(durability !== undefined && { durability }) };
    const op = appendLines(stream, lines);
    const until = performance.now() + retryFor;
    for (let pause = 10; ; pause = Math.min(1_000, 2 * pause)) {
      // Between two batches nothing waits in the queue that the signal could take back.
      if (signal.aborted) throw new StoreError('ABORTED', 'the stream of lines was destroyed');
      try {
        const { epoch } = await this.#store.write([op], options);
        if (epoch === null) this.#isBuffered = true;
        return;
      } catch (error) {
        if (!isStoreError(error) || !error.retryable || performance.now() + pause > until) throw error;
        await setTimeout(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

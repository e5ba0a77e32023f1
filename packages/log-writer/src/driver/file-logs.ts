import {
  admitLogOp,
  type Batch,
  type Capability,
  type CommitMeta,
  copyLogOp,
  type Driver,
  type Head,
  type LeaderState,
  type LockProvider,
  type LogOp,
  type LogView,
  type Maintenance,
  type Measure,
  type OpenContext,
  type Pin,
  type Prepared,
  StoreError,
  type Verdict,
  type Watching,
  watchDirectory,
} from '@stepwell/core';
import { collectFiles } from '../maintenance/collect-files.ts';
import { LogMaintenance } from '../maintenance/log-maintenance.ts';
import type { AppendedFrame } from '../segment/appender.ts';
import { type FileLogsOptions, type FileLogsSettings, resolveFileLogsOptions } from './file-logs-options.ts';
import { logMeasures } from './log-measures.ts';
import { OpenLog } from './open-log.ts';
import { verifyLog } from './verify-log.ts';

/**
 * Logs in append-only, checksummed segment files: alone as a store of log lines, or as the `logs` of `combine`.
 *
 * One group commit is one write, and one sync when it must survive power loss, however many streams it goes to.
 *
 * @throws `INVALID_ARGUMENT`; what opening throws is `CORRUPT` with file and offset, `SCHEMA_TOO_NEW NOT_FOUND READ_ONLY
 * NO_SPACE IO`
 *
 * @example
 * ```ts
 * import { appendLines, openStore } from '@stepwell/core';
 * import { fileLogs } from '@stepwell/log-writer';
 *
 * const store = await openStore(fileLogs({ directory: 'build-logs' }));
 * await store.write([appendLines('compile', ['cc -c main.c', 'main.c:3: warning: unused variable'])]);
 * await store.withSnapshot(async ({ view }) => {
 *   for await (const { line } of view.search('warning')) console.log(line.stream, line.number, line.text);
 * });
 * await store.close();
 * ```
 */
export function fileLogs(options: FileLogsOptions): Driver<LogView, LogOp> {
  return new FileLogs(resolveFileLogsOptions(options));
}

class FileLogs implements Driver<LogView, LogOp> {
  readonly name = 'files';
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>([
    'persistent',
    'power-loss',
    'multi-process',
    'follow',
  ]);
  readonly locks: LockProvider;
  readonly maintenance: Pick<Maintenance, 'collect' | 'compact' | 'verify'> = {
    compact: async (options = {}) => await this.#maintained.compact(options),
    collect: async (options) => await collectFiles(this.#opened, options),
    verify: async (options) => await verifyLog(this.#opened, options),
  };
  readonly #settings: FileLogsSettings;
  #log: OpenLog | undefined;
  /** Only while it is open for writing. */
  #maintenance: LogMaintenance | undefined;

  constructor(settings: FileLogsSettings) {
    this.#settings = settings;
    this.locks = settings.locks;
  }

  async open(context: OpenContext): Promise<Head> {
    this.#log =
      context.mode === 'write'
        ? await OpenLog.toWrite(this.#settings, context)
        : await OpenLog.toRead(this.#settings, context);
    if (context.mode === 'write') {
      this.#maintenance = new LogMaintenance(this.#log, this.#settings, context.warn);
      this.#maintenance.wake();
    }
    return this.#log.head;
  }

  async refresh(leader?: LeaderState): Promise<Head> {
    const head = await this.#opened.refresh(leader);
    this.#maintenance?.wake();
    return head;
  }

  copy(op: LogOp): LogOp {
    return copyLogOp(op);
  }

  admit(op: LogOp): number {
    return admitLogOp(op);
  }

  async prepare(batches: readonly Batch<LogOp>[], meta: CommitMeta): Promise<Prepared> {
    const log = this.#opened;
    const ops = batches.flatMap((batch) => batch.ops);
    const frame = await log.appender.append(ops, meta.epoch, meta.durability);
    return {
      verdicts: verdictsOf(batches, frame),
      // `fromEntries` makes an own property of any name, `__proto__` included.
      extents: Object.fromEntries(frame.streams.map(({ name, first, count }) => [name, first + count - 1])),
      commit: async () => {
        log.commit(frame);
        this.#maintenance?.wake();
      },
      rollback: async () => await log.appender.rollback(frame),
    };
  }

  async pin(): Promise<Pin<LogView>> {
    return await this.#opened.pin();
  }

  /** A commit is a frame, and a frame is there as soon as its segment was written to. */
  watch(wake: () => void): Watching {
    const concerns = (name: string): boolean => /\.seg$|^manifest/i.test(name);
    return watchDirectory(this.#settings.directory, { concerns, wake });
  }

  async sync(): Promise<void> {
    await this.#opened.sync();
  }

  async stats(): Promise<readonly Measure[]> {
    return logMeasures(this.#opened);
  }

  async close(): Promise<void> {
    const log = this.#log;
    const maintenance = this.#maintenance;
    this.#log = undefined;
    this.#maintenance = undefined;
    try {
      await maintenance?.close();
    } finally {
      await log?.close();
    }
  }

  get #maintained(): LogMaintenance {
    const { mode } = this.#opened;
    if (mode === 'read' || this.#maintenance === undefined)
      throw new StoreError('READ_ONLY', 'these logs are open for reading only');
    return this.#maintenance;
  }

  get #opened(): OpenLog {
    if (this.#log === undefined)
      throw new StoreError('NOT_OPEN', `the logs in ${this.#settings.directory} are not open`);
    return this.#log;
  }
}

/** Ops are checked before they are queued, so that every batch is ready. */
function verdictsOf(batches: readonly Batch<LogOp>[], { results }: AppendedFrame): Verdict[] {
  let end = 0;
  return batches.map(({ ops }) => {
    end += ops.length;
    return { state: 'ready', results: results.slice(end - ops.length, end) };
  });
}

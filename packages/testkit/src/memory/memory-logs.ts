import {
  type AppendResult,
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
  type Measure,
  memoryLocks,
  type OpenContext,
  type Pin,
  type Prepared,
  type PruneResult,
  StoreError,
  type Verdict,
  ViewGate,
  type Watching,
} from '@stepwell/core';
import { applyLogOp } from './apply-log-op.ts';
import { followLeader } from './follow-leader.ts';
import { emptyLogState, type LogState } from './log-state.ts';
import { MemoryDisk, type MemoryOptions } from './memory-disk.ts';
import { MemoryLogView } from './memory-log-view.ts';

/**
 * Logs in memory: the reference that says what every log backend must do. As {@link memoryRecords}, it keeps its
 * data in a {@link MemoryDisk}; the two may share one under `combine`.
 *
 * @example
 * ```ts
 * import { appendLines, openStore, toArray } from '@stepwell/core';
 * import { memoryLogs } from '@stepwell/testkit';
 *
 * const store = await openStore(memoryLogs());
 * await store.write([appendLines('build', ['compiling', 'done'])]);
 * const texts = await store.withSnapshot(async ({ view }) => (await toArray(view.lines('build'))).map((line) => line.text));
 * console.log(texts);
 * await store.close();
 * ```
 */
export function memoryLogs(options: MemoryOptions = {}): Driver<LogView, LogOp> {
  return new MemoryLogs(options.disk ?? new MemoryDisk());
}

class MemoryLogs implements Driver<LogView, LogOp> {
  readonly name = 'memory';
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['follow']);
  readonly locks: LockProvider;
  readonly #disk: MemoryDisk;
  readonly #gates: Set<ViewGate> = new Set();

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
    this.locks = memoryLocks(disk.locks);
  }

  async open({ mode, leader }: OpenContext): Promise<Head> {
    if (mode === 'write') {
      this.#disk.logs ??= emptyLogState();
      return await this.refresh(leader);
    }
    if (this.#disk.logs === undefined) {
      throw new StoreError('NOT_FOUND', 'there are no logs on this memory disk yet');
    }
    return this.#state.head;
  }

  async refresh(leader?: LeaderState): Promise<Head> {
    // Lines that were appended and never published belong to a commit that only the leader can judge; alone, to none.
    if (leader !== undefined)
      this.#disk.logs = await followLeader(this.#disk.appended ?? this.#state, leader);
    this.#disk.appended = undefined;
    return this.#state.head;
  }

  copy(op: LogOp): LogOp {
    return copyLogOp(op);
  }

  admit(op: LogOp): number {
    return admitLogOp(op);
  }

  async prepare(batches: readonly Batch<LogOp>[], meta: CommitMeta): Promise<Prepared> {
    const extents = new Map<string, number>();
    let draft = this.#state;
    let ordinal = 0;
    const verdicts = batches.map((batch): Verdict => {
      const results: (AppendResult | PruneResult)[] = [];
      for (const op of batch.ops) {
        const { state, result } = applyLogOp(draft, op, meta.epoch, ordinal);
        draft = state;
        results.push(result);
        if (op.type === 'prune-lines' || op.lines.length === 0) continue;
        ordinal += op.lines.length;
        extents.set(op.stream, draft.streams.get(op.stream)?.last ?? 0);
      }
      return { state: 'ready', results };
    });
    const appended = { ...draft, head: { ...draft.head, epoch: meta.epoch } };
    // Before the leader commits: from that instant on a snapshot may ask for these lines.
    this.#disk.appended = appended;
    return {
      verdicts,
      // `fromEntries` makes an own property of any name, `__proto__` included.
      extents: Object.fromEntries(extents),
      commit: async () => {
        this.#disk.logs = appended;
        this.#disk.appended = undefined;
        this.#disk.announce();
      },
      rollback: async () => {
        this.#disk.appended = undefined;
      },
    };
  }

  async pin(): Promise<Pin<LogView>> {
    let state = this.#state;
    let epoch = state.head.epoch;
    const gate = new ViewGate();
    this.#gates.add(gate);
    return {
      head: state.head,
      view: new MemoryLogView(
        () => state,
        () => epoch,
        gate,
      ),
      clamp: (to) => {
        // The leader's pin is younger than this one: whatever it committed up to `to` has been appended by now.
        state = this.#disk.appended ?? this.#state;
        epoch = to;
      },
      // Nothing is ever compacted here, so there is one generation for ever.
      isCurrent: async () => true,
      expire: () => gate.expire(),
      release: async () => {
        gate.close();
        this.#gates.delete(gate);
      },
    };
  }

  watch(wake: () => void): Watching {
    return this.#disk.watch(wake);
  }

  async sync(): Promise<void> {
    // There is no device below: what is committed is as safe as it will ever be.
  }

  async stats(): Promise<readonly Measure[]> {
    let lines = 0;
    for (const stream of this.#state.streams.values()) lines += stream.lines.size;
    return [
      { name: 'logs.streams', unit: 'count', value: this.#state.streams.size, meaning: 'Streams of lines.' },
      { name: 'logs.lines', unit: 'count', value: lines, meaning: 'Lines of all streams.' },
      {
        name: 'logs.pins',
        unit: 'count',
        value: this.#gates.size,
        meaning: 'Snapshots that this handle holds open.',
      },
    ];
  }

  async close(): Promise<void> {
    for (const gate of this.#gates) gate.close();
    this.#gates.clear();
  }

  get #state(): LogState {
    const { logs } = this.#disk;
    if (logs === undefined) throw new StoreError('NOT_OPEN', 'the memory logs are not open');
    return logs;
  }
}

import {
  admitRecordOp,
  type Batch,
  type Capability,
  type Change,
  type ChangeOptions,
  type CommitMeta,
  type CommitSeal,
  type Cursor,
  copyRecordOp,
  type Driver,
  type Epoch,
  type Head,
  isStoreError,
  type LockProvider,
  type Maintenance,
  type Measure,
  memoryLocks,
  type OpenContext,
  type Pin,
  type Prepared,
  type RecordOp,
  type RecordView,
  StoreError,
  type Verdict,
  ViewGate,
  type Watching,
} from '@stepwell/core';
import { applyRecordOp, type Touched } from './apply-record-op.ts';
import { commitRecords, type GroupEffects } from './commit-records.ts';
import { followCommits } from './follow-commits.ts';
import { MemoryDisk, type MemoryOptions } from './memory-disk.ts';
import { MemoryRecordView } from './memory-record-view.ts';
import { emptyRecordState, type RecordState } from './record-state.ts';
import { verifyRecords } from './verify-records.ts';

/**
 * Records in memory: the reference that says what every records backend must do, in the plainest code that does it.
 * It keeps its data in a {@link MemoryDisk}, as a file outlives the handles that are opened on it.
 *
 * @example
 * ```ts
 * import { openStore, putExecution } from '@stepwell/core';
 * import { memoryRecords } from '@stepwell/testkit';
 *
 * const store = await openStore(memoryRecords());
 * await store.write([putExecution({ id: 'e1', name: 'nightly', createdAt: Date.now() })]);
 * const name = await store.withSnapshot(async ({ view }) => (await view.get('execution', 'e1'))?.name);
 * console.log(name);
 * await store.close();
 * ```
 */
export function memoryRecords(options: MemoryOptions = {}): Driver<RecordView, RecordOp> {
  return new MemoryRecords(options.disk ?? new MemoryDisk());
}

class MemoryRecords implements Driver<RecordView, RecordOp> {
  readonly name = 'memory';
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>([
    'transaction-ids',
    'changes',
    'lead',
  ]);
  readonly maintenance: Partial<Maintenance> = {
    verify: async () => ({ performed: true, measures: [], problems: verifyRecords(this.#state) }),
  };
  readonly locks: LockProvider;
  readonly #disk: MemoryDisk;
  readonly #gates: Set<ViewGate> = new Set();
  readonly #closed: AbortController = new AbortController();

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
    this.locks = memoryLocks(disk.locks);
  }

  async open({ mode }: OpenContext): Promise<Head> {
    if (this.#disk.records === undefined) {
      if (mode === 'read') throw new StoreError('NOT_FOUND', 'there is no store on this memory disk yet');
      this.#disk.records = emptyRecordState();
    }
    return this.#state.head;
  }

  async refresh(): Promise<Head> {
    return this.#state.head;
  }

  copy(op: RecordOp): RecordOp {
    return copyRecordOp(op);
  }

  admit(op: RecordOp): number {
    return admitRecordOp(op);
  }

  async prepare(batches: readonly Batch<RecordOp>[], meta: CommitMeta): Promise<Prepared> {
    const touched: Touched[] = [];
    const applied = new Set<string>();
    let draft = this.#state;
    const verdicts = batches.map((batch): Verdict => {
      const id = batch.transactionId;
      if (id !== undefined) {
        const before = applied.has(id) ? meta.epoch : draft.applied.get(id);
        if (before !== undefined) return { state: 'duplicate', epoch: before };
      }
      try {
        const [next, changed] = applyBatch(draft, batch.ops);
        draft = next;
        touched.push(...changed);
        if (id !== undefined) applied.add(id);
        return { state: 'ready', results: batch.ops.map(() => undefined) };
      } catch (error) {
        if (isStoreError(error)) return { state: 'rejected', error };
        throw error;
      }
    });
    const effects: GroupEffects = { touched, transactionIds: [...applied] };
    return {
      verdicts,
      commit: async (seal: CommitSeal) => {
        this.#disk.records = commitRecords(draft, effects, meta, seal);
        this.#disk.announce();
      },
      // The draft was never anybody's state: forgetting it is all there is to undo.
      rollback: async () => undefined,
    };
  }

  async pin(): Promise<Pin<RecordView>> {
    const state = this.#state;
    const gate = new ViewGate();
    this.#gates.add(gate);
    return {
      head: state.head,
      view: new MemoryRecordView(state, gate),
      expire: () => gate.expire(),
      release: async () => {
        gate.close();
        this.#gates.delete(gate);
      },
    };
  }

  async *changes(since: Cursor, options: ChangeOptions): AsyncIterable<Change> {
    const signal = AbortSignal.any([
      this.#closed.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]);
    yield* followCommits(this.#disk, since, signal);
  }

  async extents(since: Epoch): Promise<Readonly<Record<string, number>>> {
    const extents: [string, number][] = [];
    for (const [stream, { last, epoch }] of this.#state.extents.entries()) {
      if (epoch > since) extents.push([stream, last]);
    }
    return Object.fromEntries(extents);
  }

  watch(wake: () => void): Watching {
    return this.#disk.watch(wake);
  }

  async sync(): Promise<void> {
    // There is no device below: what is committed is as safe as it will ever be.
  }

  async stats(): Promise<readonly Measure[]> {
    const { execution, step, artifact, facts } = this.#state;
    return [
      {
        name: 'records.rows',
        unit: 'count',
        value: execution.size + step.size + artifact.size,
        meaning: 'Records of all kinds.',
      },
      { name: 'records.facts', unit: 'count', value: facts.size, meaning: 'Facts.' },
      {
        name: 'records.pins',
        unit: 'count',
        value: this.#gates.size,
        meaning: 'Snapshots that this handle holds open.',
      },
    ];
  }

  async close(): Promise<void> {
    this.#closed.abort();
    for (const gate of this.#gates) gate.close();
    this.#gates.clear();
  }

  get #state(): RecordState {
    const { records } = this.#disk;
    if (records === undefined) throw new StoreError('NOT_OPEN', 'the memory records are not open');
    return records;
  }
}

function applyBatch(base: RecordState, ops: readonly RecordOp[]): [RecordState, Touched[]] {
  const touched: Touched[] = [];
  let state = base;
  for (const op of ops) state = applyRecordOp(state, op, (kind, id) => touched.push({ kind, id }));
  return [state, touched];
}

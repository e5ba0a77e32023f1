import type { FactPattern } from '../facts/fact.ts';
import type { FactQuery } from '../facts/fact-query.ts';
import type { RecordKind, RecordKinds } from './record-kind.ts';
import type { RecordFilter, RecordQuery } from './record-query.ts';

/** S4: records as a snapshot shows them. After the snapshot every call and every pull throws. */
export interface RecordView {
  /**
   * The record, or `undefined` when there is none.
   * @throws `INVALID_ARGUMENT` for what is no kind, or no text that could be an id
   */
  get<Kind extends RecordKind>(kind: Kind, id: string): Promise<RecordKinds[Kind] | undefined>;
  /**
   * Streams; holds one chunk at a time (S10). The query is taken when it is given: changing it later changes nothing.
   *
   * @throws `INVALID_ARGUMENT`, see {@link RecordQuery}; `SNAPSHOT_CLOSED SNAPSHOT_EXPIRED` from every pull
   * @example
   * ```ts
   * import { openStore, putExecution, toArray } from '@stepwell/core';
   * import { memoryRecords } from '@stepwell/testkit';
   *
   * const store = await openStore(memoryRecords());
   * await store.write(['a', 'b', 'c'].map((id) => putExecution({ id, name: 'nightly', createdAt: 1, tags: ['ci'] })));
   * await store.withSnapshot(async ({ view }) => {
   *   const first = await toArray(view.list('execution', { tag: 'ci', limit: 2 }));
   *   const next = await toArray(view.list('execution', { tag: 'ci', limit: 2, after: first.at(-1) }));
   *   console.log([...first, ...next].map(({ id }) => id)); // [ 'c', 'b', 'a' ]
   * });
   * await store.close();
   * ```
   */
  list<Kind extends RecordKind>(kind: Kind, query?: RecordQuery): AsyncIterable<RecordKinds[Kind]>;
  /** How many records `list` would yield. @throws as `list` */
  count(kind: RecordKind, filter?: RecordFilter): Promise<number>;
  /** Facts by any of the eight patterns, and chains from there. */
  facts(pattern?: FactPattern): FactQuery;
}

import type { FactPattern } from '../facts/fact.ts';
import type { FactQuery } from '../facts/fact-query.ts';
import type { RecordKind, RecordKinds } from './record-kind.ts';
import type { RecordFilter, RecordQuery } from './record-query.ts';

/** S4: records as a snapshot shows them. After the snapshot every call and every pull throws. */
export interface RecordView {
  get<Kind extends RecordKind>(kind: Kind, id: string): Promise<RecordKinds[Kind] | undefined>;
  /** Streams; holds one chunk at a time (S10). */
  list<Kind extends RecordKind>(kind: Kind, query?: RecordQuery): AsyncIterable<RecordKinds[Kind]>;
  count(kind: RecordKind, filter?: RecordFilter): Promise<number>;
  /** Facts by any of the eight patterns, and chains from there. */
  facts(pattern?: FactPattern): FactQuery;
}

import {
  checkRecordFilter,
  checkRecordId,
  checkRecordQuery,
  executeFactPlan,
  type Fact,
  type FactPattern,
  type FactQuery,
  factQuery,
  matchesPattern,
  type RecordFilter,
  type RecordKind,
  type RecordKinds,
  type RecordQuery,
  type RecordView,
  type ViewGate,
} from '@stepwell/core';
import type { RecordState } from './record-state.ts';
import { matchesFilter, selectRecords } from './select-records.ts';
import type { SortedMap } from './sorted-map.ts';

/** One immutable state behind a gate. What it hands out is the reader's own copy. */
export class MemoryRecordView implements RecordView {
  readonly #state: RecordState;
  readonly #gate: ViewGate;

  constructor(state: RecordState, gate: ViewGate) {
    this.#state = state;
    this.#gate = gate;
  }

  async get<Kind extends RecordKind>(kind: Kind, id: string): Promise<RecordKinds[Kind] | undefined> {
    this.#gate.check();
    checkRecordId(kind, id);
    return structuredClone(this.#records(kind).get(id));
  }

  list<Kind extends RecordKind>(kind: Kind, query: RecordQuery = {}): AsyncIterable<RecordKinds[Kind]> {
    this.#gate.check();
    return this.#gate.guard(this.#list(kind, checkRecordQuery(kind, query)));
  }

  async count(kind: RecordKind, filter: RecordFilter = {}): Promise<number> {
    this.#gate.check();
    const taken = checkRecordFilter(kind, filter);
    let count = 0;
    for (const record of this.#records(kind).values()) if (matchesFilter(record, taken)) count += 1;
    return count;
  }

  facts(pattern: FactPattern = {}): FactQuery {
    this.#gate.check();
    return factQuery((plan) => this.#gate.guard(executeFactPlan((part) => this.#match(part), plan)), pattern);
  }

  async *#list<Kind extends RecordKind>(kind: Kind, query: RecordQuery): AsyncGenerator<RecordKinds[Kind]> {
    for (const record of selectRecords(kind, this.#records(kind), query)) yield structuredClone(record);
  }

  async *#match(pattern: FactPattern): AsyncGenerator<Fact> {
    for (const fact of this.#state.facts.values()) if (matchesPattern(fact, pattern)) yield { ...fact };
  }

  #records<Kind extends RecordKind>(kind: Kind): SortedMap<string, RecordKinds[Kind]> {
    // The state has one map per kind, which the type of an index by a type parameter cannot say.
    return this.#state[kind] as unknown as SortedMap<string, RecordKinds[Kind]>;
  }
}

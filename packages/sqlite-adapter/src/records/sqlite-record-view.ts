import {
  checkRecordId,
  executeFactPlan,
  type Fact,
  type FactPattern,
  type FactPlan,
  type FactQuery,
  factQuery,
  overdueTurn,
  type RecordFilter,
  type RecordKind,
  type RecordKinds,
  type RecordQuery,
  type RecordView,
} from '@stepwell/core';
import { matchFacts } from '../facts/match-facts.ts';
import type { SnapshotReader } from '../snapshots/snapshot-reader.ts';
import { tableOf } from './record-tables.ts';
import { selectCount, selectList } from './select-records.ts';

/** S4: records as one snapshot shows them. */
export class SqliteRecordView implements RecordView {
  readonly #reader: SnapshotReader;

  constructor(reader: SnapshotReader) {
    this.#reader = reader;
  }

  async get<Kind extends RecordKind>(kind: Kind, id: string): Promise<RecordKinds[Kind] | undefined> {
    this.#reader.gate.check();
    checkRecordId(kind, id);
    const turn = overdueTurn();
    if (turn !== undefined) await turn;
    const { decode } = tableOf(kind);
    const row = this.#reader.get(getSql[kind], [id]);
    return row === undefined ? undefined : decode(row);
  }

  list<Kind extends RecordKind>(kind: Kind, query: RecordQuery = {}): AsyncIterable<RecordKinds[Kind]> {
    this.#reader.gate.check();
    const { sql, parameters } = selectList(kind, query);
    return this.#reader.stream(sql, parameters, tableOf(kind).decode);
  }

  async count(kind: RecordKind, filter: RecordFilter = {}): Promise<number> {
    this.#reader.gate.check();
    const { sql, parameters } = selectCount(kind, filter);
    const turn = overdueTurn();
    if (turn !== undefined) await turn;
    return this.#reader.get(sql, parameters)?.[0] as number;
  }

  facts(pattern: FactPattern = {}): FactQuery {
    this.#reader.gate.check();
    return factQuery((plan) => this.#execute(plan), pattern);
  }

  /** Chains run hop by hop on `matchFacts`; a compiler to one query would take its place here. */
  #execute(plan: FactPlan): AsyncIterable<Fact> {
    const { gate } = this.#reader;
    if (plan.hops.length === 0 && plan.limit === undefined) return matchFacts(this.#reader, plan.start);
    return gate.guard(executeFactPlan((pattern) => matchFacts(this.#reader, pattern), plan));
  }
}

const getSql: Readonly<Record<RecordKind, string>> = {
  execution: getSqlOf('execution'),
  step: getSqlOf('step'),
  artifact: getSqlOf('artifact'),
};

function getSqlOf(kind: RecordKind): string {
  const { table, columns } = tableOf(kind);
  return `SELECT ${columns.join(', ')} FROM ${table} WHERE id = ?`;
}

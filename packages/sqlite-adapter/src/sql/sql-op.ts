import { checkOptions, type OptionShape, StoreError, wholeFrom } from '@stepwell/core';
import type { Compilable, CompiledQuery } from 'kysely';
import { checkParameters, checkSqlText } from './check-sql.ts';
import { refuseConnectionStatement } from './connection-statement.ts';

/** What must be true after an op, for its batch to stand. */
export interface Expectation {
  /** How many rows it inserts, updates or deletes: optimistic concurrency in one number. */
  readonly changes: number;
}

/** One SQL statement, compiled: what a writer submits. Its result is a {@link SqlResult}. */
export interface SqlOp {
  readonly type: 'sql';
  readonly query: Pick<CompiledQuery, 'sql' | 'parameters'>;
  readonly expect?: Expectation;
}

export interface ExecuteOptions {
  /** What must be true afterwards; left out: whatever it does is fine. */
  readonly expect?: Expectation;
}

/**
 * An op that executes `query`. With `expect`, the batch is refused as `CONSTRAINT` when it changes any other number of
 * rows.
 *
 * @throws `INVALID_ARGUMENT` for an option that does not exist or cannot be
 *
 * @example
 * ```ts
 * import { execute, queryBuilder } from '@stepwell/sqlite-adapter';
 *
 * const db = queryBuilder<{ stock: { item: string; left: number } }>();
 * const sold = db.updateTable('stock').set({ left: 41 }).where('item', '=', 'bolt').where('left', '=', 42);
 * console.log(execute(sold, { expect: { changes: 1 } }).query.sql);
 * ```
 */
export function execute(query: Compilable | CompiledQuery, options: ExecuteOptions = {}): SqlOp {
  const { expect } = checkOptions(options, executeShape);
  const { sql, parameters } = 'compile' in query ? query.compile() : query;
  return { type: 'sql', query: { sql, parameters }, ...(expect !== undefined && { expect }) };
}

const executeShape: OptionShape<ExecuteOptions> = { expect: checkExpectation };

function checkExpectation(given: unknown, path: string): Expectation {
  const { changes } = checkOptions<Partial<Expectation>>(given, { changes: wholeFrom(0) }, path);
  if (changes !== undefined) return { changes };
  throw new StoreError('INVALID_ARGUMENT', `${path}.changes must say how many rows`, {
    details: { option: `${path}.changes` },
  });
}

/** A copy of an op with values of its own. What makes no sense is handed on, to be refused. */
export function copySqlOp(op: SqlOp): SqlOp {
  if (typeof op?.query !== 'object' || !Array.isArray(op.query.parameters)) return op;
  // Not by slice(): that of a Buffer is a window on the same memory.
  const parameters = op.query.parameters.map((value) =>
    value instanceof Uint8Array ? new Uint8Array(value) : value,
  );
  return {
    type: op.type,
    query: { sql: op.query.sql, parameters },
    ...(op.expect !== undefined && { expect: { ...op.expect } }),
  };
}

/**
 * Checks an op and answers its rough size in bytes.
 * @throws `INVALID_ARGUMENT`
 */
export function admitSqlOp(op: SqlOp): number {
  if (op?.type !== 'sql' || typeof op.query?.sql !== 'string' || !Array.isArray(op.query.parameters)) {
    throw new StoreError('INVALID_ARGUMENT', 'not an SQL op: make it with execute(query)');
  }
  if (op.expect !== undefined) checkExpectation(op.expect, 'expect');
  checkSqlText(op.query.sql);
  refuseConnectionStatement(op.query.sql);
  return op.query.sql.length + 50 + checkParameters(op.query.parameters);
}

import type { Problem } from '@stepwell/core';
import type { Connection } from '../../connection/connection.ts';
import { fromSqliteError } from '../../errors/sqlite-error.ts';
import type { Check } from '../task.ts';

/** Problems of one kind that are told; a damaged file can have millions. */
const mostPerKind = 100;

/** Reads every page, every index and every reference, in one state that is held still. */
export function verify(connection: Connection, checks: readonly Check[]): readonly Problem[] {
  const problems: Problem[] = [];
  connection.exec('BEGIN');
  try {
    const ask = (sql: string): string[] => connection.tuples.get(sql).all().flat() as string[];
    for (const message of ask(`PRAGMA integrity_check(${mostPerKind})`)) {
      if (message !== 'ok') problems.push({ id: 'records.integrity', where: connection.path, message });
    }
    for (const check of [foreignKeys, ...checks]) {
      for (const message of ask(`${check.sql} LIMIT ${mostPerKind}`)) {
        problems.push({ id: check.id, where: check.where, message });
      }
    }
  } catch (cause) {
    const error = fromSqliteError(cause, 'could not read on', connection.path);
    // So damaged that the check itself cannot go on: that is a finding, and the last one.
    if (error.code !== 'CORRUPT') throw error;
    problems.push({ id: 'records.damaged', where: connection.path, message: error.message });
  } finally {
    connection.rollback();
  }
  return problems;
}

const foreignKeys: Check = {
  id: 'records.reference',
  where: 'foreign keys',
  sql: `SELECT 'row ' || rowid || ' of ' || "table" || ' refers to a row of ' || parent || ' that is not there'
    FROM pragma_foreign_key_check`,
};

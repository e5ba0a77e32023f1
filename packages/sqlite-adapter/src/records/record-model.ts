import { admitRecordOp, copyRecordOp, type Measure, type RecordOp, type RecordView } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { Model } from '../driver/model.ts';
import { recordChecks } from './record-checks.ts';
import { RecordWriter } from './record-writer.ts';
import { recordsMigrations } from './records-migrations.ts';
import { SqliteRecordView } from './sqlite-record-view.ts';

/** "Stpw": what `file` sees in a database of records. */
const applicationId = 0x53747077;

/** Records: executions, steps, artifacts and facts. */
export const recordModel: Model<RecordView, RecordOp> = {
  applicationId,
  migrations: recordsMigrations,
  tellsChanges: true,
  checks: recordChecks,
  copy: copyRecordOp,
  admit: admitRecordOp,
  writer: (connection) => new RecordWriter(connection),
  view: (reader) => new SqliteRecordView(reader),
  measures: countRows,
};

function countRows(connection: Connection): readonly Measure[] {
  const count = (table: string): number => {
    const [[rows]] = connection.tuples.get(`SELECT count(*) FROM ${table}`).all() as [[number]];
    return rows;
  };
  return ['executions', 'steps', 'artifacts', 'facts', 'terms'].map((table) => ({
    name: `records.rows.${table}`,
    unit: 'count' as const,
    value: count(table),
    meaning: `Rows of the table ${table}.`,
  }));
}

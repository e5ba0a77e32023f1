import { columns, openDatabase, stored, toExecution, toRow } from './table.mjs';

/**
 * What an expert would write for executions alone: prepared statements, explicit transactions, rows as arrays, nothing
 * else. It promises none of the semantics; it is the practical limit.
 */
export function handWritten(directory) {
  const db = openDatabase(directory, 'hand-written');
  const names = columns.join(', ');
  const updates = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  const insert = db.prepare(
    `INSERT INTO executions (${names}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}`,
  );
  const insertTag = db.prepare('INSERT INTO tags VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const newest = db
    .prepare(`SELECT ${names} FROM executions ORDER BY createdAt DESC, id DESC LIMIT 10`)
    .raw();
  const byId = db.prepare(`SELECT ${names} FROM executions WHERE id = ?`).raw();
  const all = db.prepare(`SELECT ${names} FROM executions ORDER BY createdAt, id`).raw();
  const save = (record) => {
    insert.run(toRow(record));
    for (const tag of record.tags) insertTag.run(tag, record.createdAt, record.id);
  };
  return {
    /** One execution with its tags: a transaction, so that both are there or neither. */
    save: db.transaction(save),
    saveAll: db.transaction((records) => records.forEach(save)),
    newest: () => newest.all().map(toExecution),
    get: (id) => toExecution(byId.get(id)),
    /** Every execution, one at a time. */
    *iterate() {
      for (const row of all.iterate()) yield toExecution(row);
    },
    stored: stored(db),
    close: () => db.close(),
  };
}

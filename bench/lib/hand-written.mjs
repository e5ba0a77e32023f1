import { join } from 'node:path';
import Database from 'better-sqlite3';

const columns = [
  'id',
  'name',
  'command',
  'workingDirectory',
  'status',
  'exitCode',
  'errorMessage',
  'createdAt',
  'startedAt',
  'completedAt',
  'environment',
  'user',
  'tags',
  'totalSteps',
  'completedSteps',
  'currentStepIndex',
  'metadata',
  'session',
  'retentionDays',
];

/**
 * What an expert would write for executions alone, to find them by the same fields: prepared statements, explicit
 * transactions, nothing else. It promises none of the semantics; it is the practical limit.
 */
export function handWritten(directory) {
  const db = new Database(join(directory, 'hand-written.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(`
    CREATE TABLE executions (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, command TEXT, workingDirectory TEXT, status TEXT NOT NULL,
      exitCode INTEGER, errorMessage TEXT, createdAt INTEGER NOT NULL, startedAt INTEGER, completedAt INTEGER,
      environment TEXT NOT NULL, user TEXT, tags TEXT NOT NULL, totalSteps INTEGER NOT NULL,
      completedSteps INTEGER NOT NULL, currentStepIndex INTEGER NOT NULL, metadata TEXT NOT NULL, session TEXT,
      retentionDays INTEGER
    ) STRICT;
    CREATE INDEX executions_by_time ON executions (createdAt, id);
    CREATE INDEX executions_by_status ON executions (status, createdAt, id);
    CREATE INDEX executions_by_name ON executions (name, createdAt, id);
    CREATE INDEX executions_by_user ON executions (user, createdAt, id) WHERE user IS NOT NULL;
    CREATE INDEX executions_by_session ON executions (session, createdAt, id) WHERE session IS NOT NULL;
    CREATE TABLE tags (tag TEXT, createdAt INTEGER, id TEXT, PRIMARY KEY (tag, createdAt, id)) STRICT, WITHOUT ROWID;
  `);
  const updates = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  const insert = db.prepare(
    `INSERT INTO executions (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}`,
  );
  const newest = db.prepare('SELECT * FROM executions ORDER BY createdAt DESC, id DESC LIMIT 10');
  const byId = db.prepare('SELECT * FROM executions WHERE id = ?');
  const all = db.prepare('SELECT * FROM executions ORDER BY createdAt, id');
  const insertTag = db.prepare('INSERT INTO tags VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const save = (record) => {
    insert.run(columns.map((column) => encoded(record[column])));
    for (const tag of record.tags) insertTag.run(tag, record.createdAt, record.id);
  };
  return {
    /** One execution with its tags: a transaction, so that both are there or neither. */
    save: db.transaction(save),
    saveAll: db.transaction((records) => records.forEach(save)),
    newest: () => newest.all().map(decoded),
    get: (id) => decoded(byId.get(id)),
    iterate: () => all.iterate(),
    count: () => db.prepare('SELECT count(*) AS n FROM executions').get().n,
    close: () => db.close(),
  };
}

function encoded(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

export function decoded(row) {
  return {
    ...row,
    environment: JSON.parse(row.environment),
    tags: JSON.parse(row.tags),
    metadata: JSON.parse(row.metadata),
  };
}

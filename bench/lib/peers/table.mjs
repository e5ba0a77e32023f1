import { join } from 'node:path';
import Database from 'better-sqlite3';

/** The fields of an execution, in the order in which they are stored. */
export const columns = [
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
 * The database that every peer writes: executions alone, with the indexes that find them by the same fields, and a row
 * per tag. WAL with `synchronous=NORMAL`: a commit survives the death of the process, as ours does.
 */
export function openDatabase(directory, name) {
  const db = new Database(join(directory, `${name}.db`));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(`
    CREATE TABLE IF NOT EXISTS executions (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, command TEXT, workingDirectory TEXT, status TEXT NOT NULL,
      exitCode INTEGER, errorMessage TEXT, createdAt INTEGER NOT NULL, startedAt INTEGER, completedAt INTEGER,
      environment TEXT NOT NULL, user TEXT, tags TEXT NOT NULL, totalSteps INTEGER NOT NULL,
      completedSteps INTEGER NOT NULL, currentStepIndex INTEGER NOT NULL, metadata TEXT NOT NULL, session TEXT,
      retentionDays INTEGER
    ) STRICT;
    CREATE INDEX IF NOT EXISTS executions_by_time ON executions (createdAt, id);
    CREATE INDEX IF NOT EXISTS executions_by_status ON executions (status, createdAt, id);
    CREATE INDEX IF NOT EXISTS executions_by_name ON executions (name, createdAt, id);
    CREATE INDEX IF NOT EXISTS executions_by_user ON executions (user, createdAt, id) WHERE user IS NOT NULL;
    CREATE INDEX IF NOT EXISTS executions_by_session ON executions (session, createdAt, id) WHERE session IS NOT NULL;
    CREATE TABLE IF NOT EXISTS tags (tag TEXT, createdAt INTEGER, id TEXT, PRIMARY KEY (tag, createdAt, id))
      STRICT, WITHOUT ROWID;
  `);
  return db;
}

/** What `openDatabase` holds, read back apart from the peer that wrote it. */
export function stored(db) {
  return {
    *executions() {
      const all = db.prepare(`SELECT ${columns.join(', ')} FROM executions ORDER BY createdAt, id`).raw();
      for (const row of all.iterate()) yield toExecution(row);
    },
    count: () => db.prepare('SELECT count(*) FROM executions').pluck().get(),
    tags: () => db.prepare('SELECT count(*) FROM tags').pluck().get(),
  };
}

/** An execution as a row, in the order of `columns`. Written out: a loop over names costs as much as an index. */
export function toRow(record) {
  return [
    record.id,
    record.name,
    record.command,
    record.workingDirectory,
    record.status,
    record.exitCode,
    record.errorMessage,
    record.createdAt,
    record.startedAt,
    record.completedAt,
    JSON.stringify(record.environment),
    record.user,
    JSON.stringify(record.tags),
    record.totalSteps,
    record.completedSteps,
    record.currentStepIndex,
    JSON.stringify(record.metadata),
    record.session,
    record.retentionDays,
  ];
}

/** And back. */
export function toExecution(row) {
  return {
    id: row[0],
    name: row[1],
    command: row[2],
    workingDirectory: row[3],
    status: row[4],
    exitCode: row[5],
    errorMessage: row[6],
    createdAt: row[7],
    startedAt: row[8],
    completedAt: row[9],
    environment: JSON.parse(row[10]),
    user: row[11],
    tags: JSON.parse(row[12]),
    totalSteps: row[13],
    completedSteps: row[14],
    currentStepIndex: row[15],
    metadata: JSON.parse(row[16]),
    session: row[17],
    retentionDays: row[18],
  };
}

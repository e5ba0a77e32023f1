import { artifactTypes, executionStatuses, stepStatuses } from '@stepwell/core';
import type { Migrations } from '../migrations/migrate.ts';
import { statements } from '../migrations/statements.ts';

/*
 *   executions ──< steps            ON DELETE CASCADE; one step per (execution_id, step_index)
 *        │           │
 *        └──< artifacts >── (step)  ON DELETE CASCADE; SET NULL when only the step goes
 *
 *   execution_tags, artifact_tags   one row per tag, in the order of lists; kept by the TagWriter, dropped with the record by a trigger
 *   terms ──< facts                 (s, p, o) by number, and its two rotations as covering indexes
 *
 * A list is read along one index, in its order: each index ends in what the list is sorted by. Facts declare no foreign
 * keys, since three look-ups per fact would double the cost of storing one; terms are never deleted, and `verify` checks.
 * So it does with JSON: what is stored was written by us from checked values, and to parse it again would cost as much as
 * an index.
 */
export const recordsMigrations: Migrations = {
  '0001-records': statements(
    `CREATE TABLE executions (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      command TEXT,
      working_directory TEXT,
      status TEXT NOT NULL CHECK (status IN (${quoted(executionStatuses)})),
      exit_code INTEGER,
      error_message TEXT,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      completed_at INTEGER,
      environment TEXT,
      user_name TEXT,
      tags TEXT,
      total_steps INTEGER NOT NULL,
      completed_steps INTEGER NOT NULL CHECK (completed_steps BETWEEN 0 AND total_steps),
      current_step_index INTEGER NOT NULL CHECK (current_step_index >= -1),
      metadata TEXT,
      session TEXT,
      retention_days INTEGER CHECK (retention_days >= 0)
    ) STRICT`,
    'CREATE INDEX executions_by_time ON executions (created_at, id)',
    'CREATE INDEX executions_by_status ON executions (status, created_at, id)',
    'CREATE INDEX executions_by_name ON executions (name, created_at, id)',
    'CREATE INDEX executions_by_user ON executions (user_name, created_at, id) WHERE user_name IS NOT NULL',
    'CREATE INDEX executions_by_session ON executions (session, created_at, id) WHERE session IS NOT NULL',

    `CREATE TABLE steps (
      id TEXT PRIMARY KEY,
      execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      description TEXT,
      step_index INTEGER NOT NULL CHECK (step_index >= 0),
      status TEXT NOT NULL CHECK (status IN (${quoted(stepStatuses)})),
      exit_code INTEGER,
      error_message TEXT,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      completed_at INTEGER,
      estimated_duration INTEGER CHECK (estimated_duration >= 0),
      stop_on_error INTEGER NOT NULL CHECK (stop_on_error IN (0, 1)),
      metadata TEXT,
      UNIQUE (execution_id, step_index)
    ) STRICT`,
    'CREATE INDEX steps_by_index ON steps (step_index, id)',
    'CREATE INDEX steps_by_status ON steps (status, step_index, id)',
    'CREATE INDEX steps_by_name ON steps (name, step_index, id)',

    `CREATE TABLE artifacts (
      id TEXT PRIMARY KEY,
      execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
      step_id TEXT REFERENCES steps (id) ON DELETE SET NULL,
      name TEXT NOT NULL,
      description TEXT,
      file_path TEXT NOT NULL,
      file_name TEXT NOT NULL,
      file_size INTEGER NOT NULL CHECK (file_size >= 0),
      mime_type TEXT NOT NULL,
      artifact_type TEXT NOT NULL CHECK (artifact_type IN (${quoted(artifactTypes)})),
      hash TEXT CHECK (length(hash) = 64),
      created_at INTEGER NOT NULL,
      tags TEXT,
      is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
      retention_days INTEGER CHECK (retention_days >= 0),
      metadata TEXT
    ) STRICT`,
    'CREATE INDEX artifacts_by_time ON artifacts (created_at, id)',
    'CREATE INDEX artifacts_by_execution ON artifacts (execution_id, created_at, id)',
    'CREATE INDEX artifacts_by_step ON artifacts (step_id, created_at, id) WHERE step_id IS NOT NULL',
    'CREATE INDEX artifacts_by_name ON artifacts (name, created_at, id)',

    ...tagTable('executions', 'execution_tags'),
    ...tagTable('artifacts', 'artifact_tags'),

    `CREATE TABLE terms (
      id INTEGER PRIMARY KEY,
      value TEXT NOT NULL UNIQUE
    ) STRICT`,
    `CREATE TABLE facts (
      s INTEGER NOT NULL,
      p INTEGER NOT NULL,
      o INTEGER NOT NULL,
      PRIMARY KEY (s, p, o)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX facts_pos ON facts (p, o, s)',
    'CREATE INDEX facts_osp ON facts (o, s, p)',

    ...viewsForPeople(),
  ),
};

/** The tags of a removed record go by a trigger, which also sees a cascade; everything else is the writer's. */
function tagTable(records: string, tags: string): string[] {
  return [
    `CREATE TABLE ${tags} (
      tag TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      record_id TEXT NOT NULL,
      PRIMARY KEY (tag, created_at, record_id)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TRIGGER ${tags}_delete AFTER DELETE ON ${records} WHEN json_valid(old.tags) BEGIN
      DELETE FROM ${tags} WHERE (tag, created_at, record_id) IN
        (SELECT value, old.created_at, old.id FROM json_each(old.tags));
    END`,
  ];
}

/** Pleasant in the sqlite3 shell: `SELECT * FROM runs`. Times are local, durations in seconds. */
function viewsForPeople(): string[] {
  const time = (column: string): string =>
    `strftime('%Y-%m-%d %H:%M:%S', ${column} / 1000, 'unixepoch', 'localtime')`;
  const seconds = '(completed_at - started_at) / 1000.0';
  return [
    `CREATE VIEW runs AS
      SELECT id, name, status, exit_code, ${time('coalesce(started_at, created_at)')} AS started,
        ${seconds} AS seconds, completed_steps || '/' || total_steps AS steps, command, error_message
      FROM executions ORDER BY created_at DESC, id DESC`,
    `CREATE VIEW run_steps AS
      SELECT execution_id AS run, step_index AS step, name, status, exit_code, ${time('started_at')} AS started,
        ${seconds} AS seconds, error_message, id
      FROM steps ORDER BY execution_id, step_index`,
  ];
}

function quoted(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(', ');
}

import type { RecordKind } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';
import type { Touch } from '../history/touched.ts';

/**
 * Removes records. The foreign keys take along what belongs to them; what that is, is read first, since followers
 * want to know and SQLite does not say.
 */
export class RecordRemover {
  readonly #remove: Readonly<Record<RecordKind, SqliteStatement>>;
  readonly #stepsOfExecution: SqliteStatement;
  readonly #artifactsOfExecution: SqliteStatement;
  readonly #artifactsOfStep: SqliteStatement;

  constructor(connection: Connection) {
    this.#remove = {
      execution: connection.prepare('DELETE FROM executions WHERE id = ?'),
      step: connection.prepare('DELETE FROM steps WHERE id = ?'),
      artifact: connection.prepare('DELETE FROM artifacts WHERE id = ?'),
    };
    this.#stepsOfExecution = connection.prepare('SELECT id FROM steps WHERE execution_id = ?').raw();
    this.#artifactsOfExecution = connection.prepare('SELECT id FROM artifacts WHERE execution_id = ?').raw();
    this.#artifactsOfStep = connection.prepare('SELECT id FROM artifacts WHERE step_id = ?').raw();
  }

  remove(kind: RecordKind, id: string, touch: Touch): undefined {
    const belongings = this.#belongingsOf(kind, id);
    // Removing what is not there does nothing, and is no change.
    if (this.#remove[kind].run([id]).changes === 0) return;
    touch(kind, id, 'removed');
    for (const [theirKind, theirId, how] of belongings) touch(theirKind, theirId, how);
  }

  #belongingsOf(kind: RecordKind, id: string): (readonly [RecordKind, string, 'put' | 'removed'])[] {
    if (kind === 'execution') {
      return [
        ...ids(this.#artifactsOfExecution, id).map((artifact) => ['artifact', artifact, 'removed'] as const),
        ...ids(this.#stepsOfExecution, id).map((step) => ['step', step, 'removed'] as const),
      ];
    }
    // Artifacts outlive their step: they stay with the execution and forget the step.
    if (kind === 'step')
      return ids(this.#artifactsOfStep, id).map((artifact) => ['artifact', artifact, 'put'] as const);
    return [];
  }
}

function ids(statement: SqliteStatement, parent: string): string[] {
  return (statement.all([parent]) as [string][]).map(([id]) => id);
}

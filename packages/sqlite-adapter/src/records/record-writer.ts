import { type RecordKind, type RecordOp, type StepStatus, StoreError, transitionError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement, SqlValue } from '../connection/sqlite-types.ts';
import type { OpWriter } from '../driver/model.ts';
import { fromSqliteError, sqliteCodeOf } from '../errors/sqlite-error.ts';
import { FactWriter } from '../facts/fact-writer.ts';
import type { Touch } from '../history/touched.ts';
import { artifactColumns, encodeArtifact } from './artifact-codec.ts';
import { encodeExecution, executionColumns } from './execution-codec.ts';
import { putStatement } from './put-statement.ts';
import { RecordRemover } from './record-remover.ts';
import { encodeStep, stepColumns } from './step-codec.ts';
import { TagWriter } from './tag-writer.ts';

type PutOp = Extract<RecordOp, { type: 'put' }>;

/** The upserts by what they put; `resume` allows `interrupted → running`. */
interface PutStatements {
  readonly plain: SqliteStatement;
  readonly resume: SqliteStatement;
  readonly status: SqliteStatement;
}

/** Applies record ops. Its statements are compiled when the store is opened. */
export class RecordWriter implements OpWriter<RecordOp> {
  readonly #path: string;
  readonly #executions: PutStatements;
  readonly #steps: PutStatements;
  readonly #artifacts: SqliteStatement;
  readonly #executionTags: TagWriter;
  readonly #artifactTags: TagWriter;
  readonly #remover: RecordRemover;
  readonly #facts: FactWriter;

  constructor(connection: Connection) {
    this.#path = connection.path;
    this.#executions = puts(connection, 'executions', executionColumns);
    this.#steps = puts(connection, 'steps', stepColumns);
    this.#artifacts = connection.prepare(putStatement('artifacts', artifactColumns, 'any'));
    this.#executionTags = new TagWriter(connection, 'execution_tags');
    this.#artifactTags = new TagWriter(connection, 'artifact_tags');
    this.#remover = new RecordRemover(connection);
    this.#facts = new FactWriter(connection);
  }

  apply(op: RecordOp, touch: Touch): undefined {
    switch (op.type) {
      case 'put':
        return this.#put(op, touch);
      case 'remove':
        return this.#remover.remove(op.kind, op.id, touch);
      case 'put-fact':
        return this.#facts.put(op.fact, touch);
      case 'remove-fact':
        return this.#facts.remove(op.fact, touch);
    }
  }

  rolledBack(): void {
    this.#facts.forgetTerms();
  }

  #put(op: PutOp, touch: Touch): undefined {
    const { kind, resume } = op;
    try {
      switch (op.kind) {
        case 'execution':
          this.#move(this.#executions, kind, op.record, encodeExecution(op.record), resume);
          this.#executionTags.put(op.record);
          break;
        case 'step':
          this.#move(this.#steps, kind, op.record, encodeStep(op.record), resume);
          break;
        case 'artifact':
          this.#artifacts.run(encodeArtifact(op.record));
          this.#artifactTags.put(op.record);
      }
    } catch (error) {
      throw this.#explain(error, op);
    }
    touch(kind, op.record.id, 'put');
  }

  #move(
    { plain, resume, status }: PutStatements,
    kind: RecordKind,
    record: { readonly id: string; readonly status: StepStatus },
    values: readonly SqlValue[],
    isResume: boolean,
  ): void {
    if ((isResume ? resume : plain).run(values).changes > 0) return;
    // Only the rule of the status leaves a row as it is.
    const [from] = status.get([record.id]) as [StepStatus];
    throw transitionError(kind, record.id, from, record.status);
  }

  #explain(error: unknown, op: PutOp): StoreError {
    const { kind, record } = op;
    const who = `${kind} ${record.id}`;
    const options = { cause: error, details: { kind, id: record.id } };
    switch (sqliteCodeOf(error)) {
      case 'SQLITE_CONSTRAINT_FOREIGNKEY':
        return new StoreError('CONSTRAINT', `${who}: ${missingParents(op)}`, options);
      case 'SQLITE_CONSTRAINT_UNIQUE':
        return new StoreError('CONSTRAINT', `${who}: another step of its execution has its index`, options);
      default:
        return fromSqliteError(error, `could not put ${who}`, this.#path);
    }
  }
}

function puts(
  connection: Connection,
  table: 'executions' | 'steps',
  columns: readonly string[],
): PutStatements {
  return {
    plain: connection.prepare(putStatement(table, columns, 'forward')),
    resume: connection.prepare(putStatement(table, columns, 'resume')),
    status: connection.prepare(`SELECT status FROM ${table} WHERE id = ?`).raw(),
  };
}

function missingParents(op: PutOp): string {
  if (op.kind === 'execution') return 'it refers to what is not there';
  const execution = `there is no execution ${op.record.executionId}`;
  if (op.kind === 'step' || op.record.stepId === null) return execution;
  return `${execution}, or no step ${op.record.stepId}`;
}

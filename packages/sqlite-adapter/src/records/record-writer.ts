import {
  type Artifact,
  canMove,
  checkOwner,
  type Execution,
  isStoreError,
  type RecordKind,
  type RecordOp,
  type Step,
  type StepStatus,
  StoreError,
  transitionError,
} from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqlValue } from '../connection/sqlite-types.ts';
import type { OpWriter } from '../driver/model.ts';
import { fromSqliteError, sqliteCodeOf } from '../errors/sqlite-error.ts';
import { FactWriter } from '../facts/fact-writer.ts';
import type { Touch } from '../history/touched.ts';
import { artifactColumns, encodeArtifact } from './artifact-codec.ts';
import { encodeExecution, executionColumns } from './execution-codec.ts';
import { PutRow } from './put-row.ts';
import { RecordRemover } from './record-remover.ts';
import { encodeStep, stepColumns } from './step-codec.ts';
import { TagWriter } from './tag-writer.ts';

type PutOp = Extract<RecordOp, { type: 'put' }>;

/** What the rows of a record's tags are made of. */
const tagColumns = ['created_at', 'tags'];

/** Applies record ops. Its statements are compiled when the store is opened. */
export class RecordWriter implements OpWriter<RecordOp> {
  readonly #path: string;
  readonly #executions: PutRow;
  readonly #steps: PutRow;
  readonly #artifacts: PutRow;
  readonly #executionTags: TagWriter;
  readonly #artifactTags: TagWriter;
  readonly #remover: RecordRemover;
  readonly #facts: FactWriter;

  constructor(connection: Connection) {
    this.#path = connection.path;
    this.#executions = new PutRow(connection, 'executions', executionColumns, [...tagColumns, 'status']);
    this.#steps = new PutRow(connection, 'steps', stepColumns, ['execution_id', 'status']);
    this.#artifacts = new PutRow(connection, 'artifacts', artifactColumns, [...tagColumns, 'execution_id']);
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
    try {
      switch (op.kind) {
        case 'execution':
          this.#putExecution(op.record, op.resume);
          break;
        case 'step':
          this.#putStep(op.record, op.resume);
          break;
        case 'artifact':
          this.#putArtifact(op.record);
      }
    } catch (error) {
      throw this.#explain(error, op);
    }
    touch(op.kind, op.record.id, 'put');
  }

  #putExecution(execution: Execution, resume: boolean): void {
    const row = encodeExecution(execution);
    if (!this.#executions.insert(row)) {
      const [createdAt, tags, status] = this.#executions.stored(execution.id);
      checkMove('execution', execution, status, resume);
      this.#executions.replace(row);
      this.#executionTags.drop(execution.id, createdAt, tags);
    }
    this.#executionTags.put(execution);
  }

  #putStep(step: Step, resume: boolean): void {
    const row = encodeStep(step);
    if (this.#steps.insert(row)) return;
    const [executionId, status] = this.#steps.stored(step.id);
    checkOwner('step', step, executionId as string);
    checkMove('step', step, status, resume);
    this.#steps.replace(row);
  }

  #putArtifact(artifact: Artifact): void {
    const row = encodeArtifact(artifact);
    if (!this.#artifacts.insert(row)) {
      const [createdAt, tags, executionId] = this.#artifacts.stored(artifact.id);
      checkOwner('artifact', artifact, executionId as string);
      this.#artifacts.replace(row);
      this.#artifactTags.drop(artifact.id, createdAt, tags);
    }
    this.#artifactTags.put(artifact);
  }

  #explain(error: unknown, op: PutOp): StoreError {
    if (isStoreError(error)) return error;
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

/** Core's rule. Nobody can come between this look and the change: the transaction is the only one that writes. */
function checkMove(
  kind: RecordKind,
  record: { readonly id: string; readonly status: StepStatus },
  stored: SqlValue | undefined,
  resume: boolean,
): void {
  const from = stored as StepStatus;
  if (!canMove(from, record.status, { resume })) throw transitionError(kind, record.id, from, record.status);
}

function missingParents(op: PutOp): string {
  if (op.kind === 'execution') return 'it refers to what is not there';
  const execution = `there is no execution ${op.record.executionId}`;
  if (op.kind === 'step' || op.record.stepId === null) return execution;
  return `${execution}, or no step ${op.record.stepId}`;
}

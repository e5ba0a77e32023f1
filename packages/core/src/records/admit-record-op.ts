import { type Fact, factFields } from '../facts/fact.ts';
import {
  checkBoolean,
  checkInteger,
  checkJsonObject,
  checkKey,
  checkOneOf,
  checkText,
  checkTime,
  describe,
  invalid,
  quote,
} from '../validation/check-value.ts';
import { refuseOthers } from '../validation/refuse-others.ts';
import { type Artifact, artifactTypes, newArtifact } from './artifact.ts';
import { type Execution, newExecution } from './execution.ts';
import { type RecordKind, recordKinds } from './record-kind.ts';
import type { RecordOp } from './record-op.ts';
import { executionStatuses, stepStatuses } from './status.ts';
import { newStep, type Step } from './step.ts';

/**
 * Checks a record op, whoever made it, and answers its rough size in bytes: the `admit` of every records driver.
 * What passes here comes back from any backend exactly as it went in.
 * @throws `INVALID_ARGUMENT`, naming the field
 */
export function admitRecordOp(op: RecordOp): number {
  switch (op?.type) {
    case 'put':
      return 200 + checkRecord(op);
    case 'remove':
      checkOneOf(op.kind, recordKinds, 'kind');
      return 50 + checkKey(op.id, 'id');
    case 'put-fact':
    case 'remove-fact':
      return 50 + checkFact(op.fact);
    default:
      throw invalid(`not a record op: ${describe(op)}`);
  }
}

function checkRecord(op: Extract<RecordOp, { type: 'put' }>): number {
  checkOneOf(op.kind, recordKinds, 'kind');
  checkFields(op.kind, op.record);
  switch (op.kind) {
    case 'execution':
      return checkExecution(op.record);
    case 'step':
      return checkStep(op.record);
    case 'artifact':
      return checkArtifact(op.record);
  }
}

/** The fields of each kind, taken from whole records, so that the two cannot drift apart. */
const fieldsOf = {
  execution: new Set(Object.keys(newExecution({ id: '', name: '', createdAt: 0 }))),
  step: new Set(Object.keys(newStep({ id: '', executionId: '', name: '', index: 0, createdAt: 0 }))),
  artifact: new Set(
    Object.keys(newArtifact({ id: '', executionId: '', name: '', filePath: '', createdAt: 0 })),
  ),
};

/** A misspelt field would be lost without a word. */
function checkFields(kind: RecordKind, record: object): void {
  if (typeof record !== 'object' || record === null)
    throw invalid(`a ${kind} must be an object, not ${describe(record)}`);
  const fields = Object.keys(record);
  const known = fieldsOf[kind];
  for (const field of fields) {
    if (!known.has(field)) throw invalid(`a ${kind} has no field ${quote(field)}`, { field });
  }
  if (fields.length === known.size) return;
  const missing = [...known].find((field) => !fields.includes(field));
  throw invalid(`the field ${missing} of the ${kind} is missing`, { field: missing });
}

function checkExecution(record: Execution): number {
  checkOneOf(record.status, executionStatuses, 'status');
  checkOptional(record.exitCode, 'exitCode', checkAnyInteger);
  checkTime(record.createdAt, 'createdAt');
  checkOptional(record.startedAt, 'startedAt', checkTime);
  checkOptional(record.completedAt, 'completedAt', checkTime);
  checkInteger(record.totalSteps, 'totalSteps', 0);
  checkInteger(record.completedSteps, 'completedSteps', 0);
  checkInteger(record.currentStepIndex, 'currentStepIndex', -1);
  checkOptional(record.retentionDays, 'retentionDays', checkCount);
  if (record.completedSteps > record.totalSteps) {
    throw invalid(`completedSteps (${record.completedSteps}) is more than totalSteps (${record.totalSteps})`);
  }
  return (
    checkKey(record.id, 'id') +
    checkText(record.name, 'name') +
    checkOptional(record.command, 'command', checkText) +
    checkOptional(record.workingDirectory, 'workingDirectory', checkText) +
    checkOptional(record.errorMessage, 'errorMessage', checkText) +
    checkEnvironment(record.environment) +
    checkOptional(record.user, 'user', checkText) +
    checkOptional(record.session, 'session', checkKey) +
    checkTags(record.tags) +
    checkJsonObject(record.metadata, 'metadata')
  );
}

function checkStep(record: Step): number {
  checkOneOf(record.status, stepStatuses, 'status');
  checkInteger(record.index, 'index', 0);
  checkOptional(record.exitCode, 'exitCode', checkAnyInteger);
  checkTime(record.createdAt, 'createdAt');
  checkOptional(record.startedAt, 'startedAt', checkTime);
  checkOptional(record.completedAt, 'completedAt', checkTime);
  checkOptional(record.estimatedDuration, 'estimatedDuration', checkCount);
  checkBoolean(record.stopOnError, 'stopOnError');
  return (
    checkKey(record.id, 'id') +
    checkKey(record.executionId, 'executionId') +
    checkText(record.name, 'name') +
    checkOptional(record.description, 'description', checkText) +
    checkOptional(record.errorMessage, 'errorMessage', checkText) +
    checkJsonObject(record.metadata, 'metadata')
  );
}

function checkArtifact(record: Artifact): number {
  checkInteger(record.fileSize, 'fileSize', 0);
  checkOneOf(record.type, artifactTypes, 'type');
  checkTime(record.createdAt, 'createdAt');
  checkBoolean(record.isPublic, 'isPublic');
  checkOptional(record.retentionDays, 'retentionDays', checkCount);
  if (record.hash !== null && (typeof record.hash !== 'string' || !/^[0-9a-f]{64}$/.test(record.hash))) {
    throw invalid(`hash must be a lower-case hex SHA-256, not ${describe(record.hash)}`);
  }
  return (
    checkKey(record.id, 'id') +
    checkKey(record.executionId, 'executionId') +
    checkOptional(record.stepId, 'stepId', checkKey) +
    checkText(record.name, 'name') +
    checkOptional(record.description, 'description', checkText) +
    checkText(record.filePath, 'filePath') +
    checkText(record.fileName, 'fileName') +
    checkText(record.mimeType, 'mimeType') +
    checkTags(record.tags) +
    checkJsonObject(record.metadata, 'metadata')
  );
}

function checkFact(fact: Fact): number {
  refuseOthers(fact, factFields, 'a fact');
  return (
    checkKey(fact?.subject, 'subject') +
    checkKey(fact.predicate, 'predicate') +
    checkKey(fact.object, 'object')
  );
}

function checkTags(tags: unknown): number {
  if (!Array.isArray(tags)) throw invalid(`tags must be an array, not ${describe(tags)}`);
  let size = 0;
  for (const tag of tags) size += checkKey(tag, 'tags') + 3;
  return size;
}

function checkEnvironment(environment: unknown): number {
  const size = checkJsonObject(environment, 'environment');
  for (const name of Object.keys(environment as object)) {
    const value = (environment as Record<string, unknown>)[name];
    if (typeof value !== 'string') throw invalid(`environment.${name} must be text, not ${describe(value)}`);
  }
  return size;
}

function checkCount(value: unknown, field: string): number {
  return checkInteger(value, field, 0);
}

function checkAnyInteger(value: unknown, field: string): number {
  return checkInteger(value, field);
}

/** Checks what is not `null`; `undefined` is refused, so that nothing is lost by a misspelt field. */
function checkOptional(
  value: unknown,
  field: string,
  check: (value: unknown, field: string) => number,
): number {
  return value === null ? 0 : check(value, field);
}

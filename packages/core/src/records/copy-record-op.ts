import { copyJson, copyList, readGiven } from '../validation/copy-json.ts';
import type { RecordOp } from './record-op.ts';

/**
 * A copy of an op that whoever gave it can no longer change: the `copy` of every records driver. Checks nothing: what
 * makes no sense is refused by {@link admitRecordOp}.
 * @throws `INVALID_ARGUMENT` when it cannot even be read
 */
export function copyRecordOp(op: RecordOp): RecordOp {
  if (typeof op !== 'object' || op === null) return op;
  return readGiven(() => copyParts({ ...op }) as unknown as RecordOp);
}

function copyParts(op: Record<string, unknown>): Record<string, unknown> {
  if (isObject(op.record)) op.record = copyRecord({ ...op.record });
  if (isObject(op.fact)) op.fact = { ...op.fact };
  return op;
}

function copyRecord(record: Record<string, unknown>): Record<string, unknown> {
  const { tags, environment, metadata } = record;
  if (Array.isArray(tags)) record.tags = copyList(tags, (tag) => tag);
  // `process.env` is no plain object, and the most natural environment there is. What a Map or a Date holds would be lost.
  if (environment === process.env) record.environment = { ...environment };
  else if (isObject(environment)) record.environment = copyJson(environment, 'environment');
  if (isObject(metadata)) record.metadata = copyJson(metadata, 'metadata');
  return record;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

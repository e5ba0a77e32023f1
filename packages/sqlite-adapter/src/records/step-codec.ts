import type { Step } from '@stepwell/core';
import type { SqlValue } from '../connection/sqlite-types.ts';
import { fromInteger, fromObject, toObject } from './json-column.ts';
import type { RowTuple, StepRow } from './records-schema.ts';

/** The columns in the order in which tuples hold them. */
export const stepColumns: readonly (keyof StepRow)[] = [
  'id',
  'execution_id',
  'name',
  'description',
  'step_index',
  'status',
  'exit_code',
  'error_message',
  'created_at',
  'started_at',
  'completed_at',
  'estimated_duration',
  'stop_on_error',
  'metadata',
];

export function encodeStep(step: Step): SqlValue[] {
  return [
    step.id,
    step.executionId,
    step.name,
    step.description,
    fromInteger(step.index),
    step.status,
    fromInteger(step.exitCode),
    step.errorMessage,
    fromInteger(step.createdAt),
    fromInteger(step.startedAt),
    fromInteger(step.completedAt),
    fromInteger(step.estimatedDuration),
    step.stopOnError ? 1 : 0,
    fromObject(step.metadata),
  ];
}

export function decodeStep(row: RowTuple): Step {
  return {
    id: row[0] as string,
    executionId: row[1] as string,
    name: row[2] as string,
    description: row[3] as string | null,
    index: row[4] as number,
    status: row[5] as Step['status'],
    exitCode: row[6] as number | null,
    errorMessage: row[7] as string | null,
    createdAt: row[8] as number,
    startedAt: row[9] as number | null,
    completedAt: row[10] as number | null,
    estimatedDuration: row[11] as number | null,
    stopOnError: row[12] === 1,
    metadata: toObject(row[13]),
  };
}

import type { Execution } from '@stepwell/core';
import type { SqlValue } from '../connection/sqlite-types.ts';
import { fromInteger, fromList, fromObject, toList, toObject } from './json-column.ts';
import type { ExecutionRow, RowTuple } from './records-schema.ts';

/** The columns in the order in which tuples hold them. */
export const executionColumns: readonly (keyof ExecutionRow)[] = [
  'id',
  'name',
  'command',
  'working_directory',
  'status',
  'exit_code',
  'error_message',
  'created_at',
  'started_at',
  'completed_at',
  'environment',
  'user_name',
  'tags',
  'total_steps',
  'completed_steps',
  'current_step_index',
  'metadata',
  'session',
  'retention_days',
];

export function encodeExecution(execution: Execution): SqlValue[] {
  return [
    execution.id,
    execution.name,
    execution.command,
    execution.workingDirectory,
    execution.status,
    fromInteger(execution.exitCode),
    execution.errorMessage,
    fromInteger(execution.createdAt),
    fromInteger(execution.startedAt),
    fromInteger(execution.completedAt),
    fromObject(execution.environment),
    execution.user,
    fromList(execution.tags),
    fromInteger(execution.totalSteps),
    fromInteger(execution.completedSteps),
    fromInteger(execution.currentStepIndex),
    fromObject(execution.metadata),
    execution.session,
    fromInteger(execution.retentionDays),
  ];
}

export function decodeExecution(row: RowTuple): Execution {
  return {
    id: row[0] as string,
    name: row[1] as string,
    command: row[2] as string | null,
    workingDirectory: row[3] as string | null,
    status: row[4] as Execution['status'],
    exitCode: row[5] as number | null,
    errorMessage: row[6] as string | null,
    createdAt: row[7] as number,
    startedAt: row[8] as number | null,
    completedAt: row[9] as number | null,
    environment: toObject<Execution['environment']>(row[10]),
    user: row[11] as string | null,
    tags: toList(row[12]),
    totalSteps: row[13] as number,
    completedSteps: row[14] as number,
    currentStepIndex: row[15] as number,
    metadata: toObject(row[16]),
    session: row[17] as string | null,
    retentionDays: row[18] as number | null,
  };
}

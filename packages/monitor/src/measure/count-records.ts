import { type ExecutionStatus, executionStatuses, type RecordView } from '@stepwell/core';

/** SF-104: what is recorded. */
export interface RecordCounts {
  /** By status; 0 for those that none has. */
  readonly executions: Readonly<Record<ExecutionStatus, number>>;
  readonly steps: number;
  readonly artifacts: number;
  /** When the oldest execution was created, milliseconds since the Unix epoch; `null` when there is none. */
  readonly oldestAt: number | null;
  readonly newestAt: number | null;
}

export async function countRecords(records: RecordView): Promise<RecordCounts> {
  const counted: (readonly [ExecutionStatus, number])[] = [];
  for (const status of executionStatuses)
    counted.push([status, await records.count('execution', { status: [status] })]);
  return {
    executions: Object.fromEntries(counted) as Record<ExecutionStatus, number>,
    steps: await records.count('step'),
    artifacts: await records.count('artifact'),
    oldestAt: await createdAt(records, 'oldest'),
    newestAt: await createdAt(records, 'newest'),
  };
}

async function createdAt(records: RecordView, order: 'oldest' | 'newest'): Promise<number | null> {
  for await (const execution of records.list('execution', { order, limit: 1 })) return execution.createdAt;
  return null;
}

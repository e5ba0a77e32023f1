import type { JsonObject } from './json.ts';
import type { StepStatus } from './status.ts';

/** One part of an execution. Its log is the stream that bears its id. Times are milliseconds since the Unix epoch. */
export interface Step {
  readonly id: string;
  readonly executionId: string;
  readonly name: string;
  readonly description: string | null;
  /** Its place among the steps of its execution, from 0; no two share one. */
  readonly index: number;
  readonly status: StepStatus;
  readonly exitCode: number | null;
  readonly errorMessage: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** How long it was expected to take, in milliseconds. */
  readonly estimatedDuration: number | null;
  /** Whether its failure fails the execution. */
  readonly stopOnError: boolean;
  readonly metadata: JsonObject;
}

export type StepInit = Pick<Step, 'id' | 'executionId' | 'name' | 'index' | 'createdAt'> & Partial<Step>;

/** A whole step: `init` with the defaults filled in. */
export function newStep(init: StepInit): Step {
  // Ids come first, since people read records as JSON. Not by spreading what was given: that takes four times as long.
  return Object.assign(
    {
      id: init.id,
      executionId: init.executionId,
      index: init.index,
      name: init.name,
      description: null,
      status: 'pending',
      exitCode: null,
      errorMessage: null,
      startedAt: null,
      completedAt: null,
      estimatedDuration: null,
      stopOnError: false,
      metadata: {},
    },
    init,
  );
}

import { StoreError } from '../errors/store-error.ts';

/** Where an execution stands. The last five are ends. */
export const executionStatuses = [
  'pending',
  'running',
  'completed',
  'failed',
  'cancelled',
  'timed-out',
  'interrupted',
] as const;

export type ExecutionStatus = (typeof executionStatuses)[number];

/** A step may also be skipped. */
export type StepStatus = ExecutionStatus | 'skipped';
export const stepStatuses: readonly StepStatus[] = [...executionStatuses, 'skipped'];

/** 0 pending, 1 running, 2 ended: statuses only ever move to a higher rank (SF-60, SF-61). */
export function statusRank(status: StepStatus): 0 | 1 | 2 {
  return status === 'pending' ? 0 : status === 'running' ? 1 : 2;
}

/** Whether the status is an end, from which nothing moves on. */
export function isEnd(status: StepStatus): boolean {
  return statusRank(status) === 2;
}

/**
 * Whether a record that stands at `from` may be put at `to`. Staying is allowed, since other fields may change.
 * `resume` allows the one way back, `interrupted → running`: nobody decided that end, a crash did.
 */
export function canMove(
  from: StepStatus,
  to: StepStatus,
  options: { readonly resume?: boolean } = {},
): boolean {
  if (from === to || statusRank(to) > statusRank(from)) return true;
  return options.resume === true && from === 'interrupted' && to === 'running';
}

/** The error of a move that {@link canMove} refuses. */
export function transitionError(kind: string, id: string, from: StepStatus, to: StepStatus): StoreError {
  return new StoreError('INVALID_TRANSITION', `${kind} ${id} is ${from} and cannot become ${to}`, {
    details: { kind, id, from, to },
  });
}

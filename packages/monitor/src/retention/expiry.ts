import { type Artifact, type Execution, isEnd } from '@stepwell/core';

const day = 24 * 60 * 60 * 1000;

/**
 * SF-68: until when an execution is kept, milliseconds since the Unix epoch. Its days count from its end; one that has
 * not ended is kept for ever, whatever its days.
 *
 * @param days for those that have none of their own; 0, like an execution's own 0, is for ever
 */
export function executionExpiry(execution: Execution, days: number): number {
  if (!isEnd(execution.status)) return Infinity;
  return daysAfter(execution.completedAt ?? execution.createdAt, execution.retentionDays ?? days);
}

/** Until when an artifact is kept by days of its own; `undefined` when it has none, and goes with its execution. */
export function artifactExpiry(artifact: Artifact): number | undefined {
  return artifact.retentionDays === null ? undefined : daysAfter(artifact.createdAt, artifact.retentionDays);
}

/** Days of 24 hours: a change of the clocks makes none longer or shorter. */
function daysAfter(at: number, days: number): number {
  return days === 0 ? Infinity : at + days * day;
}

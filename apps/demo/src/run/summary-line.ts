import type { Execution } from '@stepwell/core';
import { shortId } from '../ids/short-id.ts';
import { coloursFor } from '../output/colours.ts';
import { describeDuration } from '../output/duration.ts';

/** Said after a run, on a terminal: what was recorded, and what to type to see it. */
export function summaryLine(execution: Execution): string {
  const { dim } = coloursFor(process.stderr);
  const { id, status, startedAt, completedAt, totalSteps, completedSteps } = execution;
  const took =
    completedAt === null ? '' : ` in ${describeDuration(completedAt - (startedAt ?? completedAt))}`;
  const steps = totalSteps === 0 ? '' : `, ${completedSteps} of ${totalSteps} steps completed`;
  return `${dim(`stepwell: ${status}${took}${steps} · stepwell show ${shortId(id)}`)}\n`;
}

import type { Execution, StepStatus } from '@stepwell/core';
import type { ShownStatus } from '../output/status.ts';
import type { RunSnapshot } from './open-settled.ts';

/** Whether somebody records this run at this moment. */
export async function isLive(snapshot: RunSnapshot, { status, session }: Execution): Promise<boolean> {
  return (status === 'running' || status === 'pending') && (await snapshot.isLive(session));
}

/** The status to show: what is stored, but for a run that nobody records any more, and for its open steps. */
export function shownStatus(
  stored: StepStatus,
  { live, session }: { readonly live: boolean; readonly session: string | null },
): ShownStatus {
  const dead = (stored === 'running' || stored === 'pending') && session !== null && !live;
  return dead ? { status: 'interrupted', stored: false } : { status: stored, stored: true };
}

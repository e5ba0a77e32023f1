import { declareCrashPoints } from '@stepwell/core';

/** The moments between two effects of this package at which a death of the process must be harmless. */
export const artifactCrashPoints = [
  'artifact:draft.opened',
  'artifact:draft.written',
  'artifact:draft.synced',
  'artifact:published',
  'artifact:published.synced',
  'artifact:blob.deleted',
] as const;

export const crashPoint: (point: (typeof artifactCrashPoints)[number]) => void =
  declareCrashPoints(artifactCrashPoints);

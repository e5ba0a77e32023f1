import type { Artifact } from './artifact.ts';
import type { Execution } from './execution.ts';
import type { Step } from './step.ts';

/** What records there are, by kind. */
export interface RecordKinds {
  readonly execution: Execution;
  readonly step: Step;
  readonly artifact: Artifact;
}

export type RecordKind = keyof RecordKinds;

export const recordKinds: readonly RecordKind[] = ['execution', 'step', 'artifact'];

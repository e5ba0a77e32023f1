import type { StepStatus } from '@stepwell/core';
import type { Colours } from './colours.ts';

/** What a reader is shown: the stored status, and for a run whose recorder is dead what it will become (S7). */
export interface ShownStatus {
  readonly status: StepStatus;
  /** False when it still has to be stored. */
  readonly stored: boolean;
}

const glyphs: Readonly<Record<StepStatus, string>> = {
  pending: '○',
  running: '●',
  completed: '✓',
  failed: '✗',
  cancelled: '⊘',
  'timed-out': '◷',
  interrupted: '!',
  skipped: '–',
};

/** The status in words with its sign, without colour: `✓ completed`. */
export function statusText({ status, stored }: ShownStatus): string {
  return `${glyphs[status]} ${status}${stored ? '' : ' (not yet stored)'}`;
}

/** The colour of a status. */
export function statusColour(status: StepStatus, colours: Colours): (text: string) => string {
  switch (status) {
    case 'completed':
      return colours.green;
    case 'failed':
    case 'timed-out':
      return colours.red;
    case 'running':
      return colours.cyan;
    case 'cancelled':
    case 'interrupted':
      return colours.yellow;
    default:
      return colours.dim;
  }
}

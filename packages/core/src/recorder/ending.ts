import { checkInteger } from '../validation/check-value.ts';
import { reasonText } from './reason-text.ts';

/** The end of a step or of an execution, before it is stamped. */
export interface Ending<Status extends string> {
  readonly status: Status;
  readonly exitCode: number | null;
  readonly errorMessage: string | null;
}

/** The ways to end. */
export const endedAs = {
  /** As a process does: 0 is success. @throws `INVALID_ARGUMENT` for what is no exit code */
  exit(exitCode: number): Ending<'completed' | 'failed'> {
    checkInteger(exitCode, 'exitCode');
    if (exitCode === 0) return { status: 'completed', exitCode, errorMessage: null };
    return { status: 'failed', exitCode, errorMessage: `exit code ${exitCode}` };
  },
  failed(reason: unknown, exitCode: number | undefined): Ending<'failed'> {
    return {
      status: 'failed',
      exitCode: exitCode ?? null,
      errorMessage: reason === undefined ? null : reasonText(reason),
    };
  },
  stopped<Status extends string>(status: Status, reason: string | undefined): Ending<Status> {
    return { status, exitCode: null, errorMessage: reason ?? null };
  },
};

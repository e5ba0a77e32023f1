import { exitCodes } from '../exit-codes.ts';
import { describeDuration } from '../output/duration.ts';
import type { CommandRefused } from './child/child-group.ts';
import type { CommandEnd } from './child/supervise.ts';
import { exitCodeOfSignal } from './exit-code-of-signal.ts';

/** What became of a run: what is stored, and what `stepwell run` exits with. */
export type Verdict =
  | { readonly status: 'ended'; readonly exitCode: number }
  | { readonly status: 'failed'; readonly exitCode: number; readonly reason: string }
  /** It never ran; stored as failed. */
  | { readonly status: 'refused'; readonly exitCode: number; readonly reason: string }
  | { readonly status: 'cancelled'; readonly exitCode: number; readonly reason: string }
  | { readonly status: 'timed-out'; readonly exitCode: number; readonly reason: string };

/** Why a run ended counts before how: a command that exits 0 on SIGTERM was cancelled all the same. */
export function verdictOf({ exit, cause }: CommandEnd, timeout: number | undefined): Verdict {
  const own = exit.signal === null ? exit.code : exitCodeOfSignal(exit.signal);
  switch (cause?.why) {
    case 'timed-out':
      return {
        status: 'timed-out',
        exitCode: exitCodes.timedOut,
        reason: `timed out after ${describeDuration(timeout ?? 0)}`,
      };
    case 'cancelled':
      return {
        status: 'cancelled',
        exitCode: exitCodeOfSignal(cause.signal),
        reason: `cancelled by ${cause.signal}`,
      };
    case 'stopped':
      return { status: 'failed', exitCode: own === 0 ? 1 : own, reason: cause.message };
    case undefined:
      return exit.signal === null
        ? { status: 'ended', exitCode: own }
        : { status: 'failed', exitCode: own, reason: `ended by ${exit.signal}` };
  }
}

/** What it means that a command could not be started: as a shell would say it. */
export function verdictOfRefusal(file: string, { cause: { code, message } }: CommandRefused): Verdict {
  // An empty name never reaches the system, which would not find it either.
  return code === 'ENOENT' || file === ''
    ? { status: 'refused', exitCode: exitCodes.notFound, reason: `command not found: ${file || "''"}` }
    : {
        status: 'refused',
        exitCode: exitCodes.notExecutable,
        reason: `${file} cannot be executed: ${code ?? message}`,
      };
}

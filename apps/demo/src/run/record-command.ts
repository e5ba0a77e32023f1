import type { RecordedExecution } from '@stepwell/core';
import { outputFailure } from '../errors/output-failure.ts';
import { CommandRefused } from './child/child-group.ts';
import { Outlet } from './child/outlet.ts';
import type { SignalRelay } from './child/signal-relay.ts';
import { type CommandEnd, supervise } from './child/supervise.ts';
import { exitCodeOfSignal } from './exit-code-of-signal.ts';
import { OutputRecording } from './recording/output-recording.ts';
import type { RecordingTrouble } from './recording/recording-trouble.ts';
import type { RunOptions } from './run-options.ts';
import { type Verdict, verdictOf, verdictOfRefusal } from './verdict.ts';

export interface RecordedCommand {
  readonly verdict: Verdict;
  readonly output: OutputRecording;
  /** Whether what it printed on a terminal ends in the middle of a line. */
  readonly midLine: boolean;
}

/** Runs a command and records what it prints into `execution`, whose end is left to the caller. */
export async function recordCommand(
  argv: readonly [string, ...string[]],
  execution: RecordedExecution,
  options: RunOptions,
  signals: SignalRelay,
  trouble: RecordingTrouble,
): Promise<RecordedCommand> {
  const [file, ...args] = argv;
  const { cwd, markers, timeout, grace, quiet } = options;
  const stop = new AbortController();
  const output = new OutputRecording(execution, {
    cwd,
    markers,
    onStop: (message) => stop.abort(message),
    onFailure: (error) => trouble.tell(error),
  });
  const early = signals.received;
  if (early !== undefined) return { verdict: cancelledBefore(early), output, midLine: false };
  const [stdout, stderr] = quiet
    ? [undefined, undefined]
    : [new Outlet(process.stdout), new Outlet(process.stderr)];

  let end: CommandEnd;
  try {
    end = await supervise(
      { file, args, cwd },
      {
        timeout,
        grace,
        stdout,
        stderr,
        record: {
          stdout: (chunk) => output.accept('stdout', chunk),
          stderr: (chunk) => output.accept('stderr', chunk),
        },
        signals,
        stop: stop.signal,
      },
    );
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    return { verdict: verdictOfRefusal(file, error), output, midLine: false };
  }
  await output.end();
  for (const [name, outlet] of Object.entries({ stdout, stderr }) as [
    'stdout' | 'stderr',
    Outlet | undefined,
  ][]) {
    await outlet?.flushed();
    // A reader that has gone has told the command itself, by SIGPIPE.
    if (outlet?.failure === undefined || outlet.failure.code === 'EPIPE') continue;
    const failure = outputFailure(name, outlet.failure);
    trouble.tellUnpassed(failure);
    await output.warn({ source: 'stepwell', line: null, message: failure.message });
  }
  const midLine = (stdout?.midLine ?? false) || (stderr?.midLine ?? false);
  return { verdict: verdictOf(end, timeout), output, midLine };
}

function cancelledBefore(signal: NodeJS.Signals): Verdict {
  return {
    status: 'cancelled',
    exitCode: exitCodeOfSignal(signal),
    reason: `cancelled by ${signal} before it began`,
  };
}

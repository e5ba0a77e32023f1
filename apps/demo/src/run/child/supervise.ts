import { type ChildExit, ChildGroup, type Command } from './child-group.ts';
import type { Outlet } from './outlet.ts';
import { pump, type Take } from './pump.ts';
import type { SignalRelay } from './signal-relay.ts';
import { type StopCause, Stopping } from './stopping.ts';

export interface Supervision {
  /** Milliseconds the command may take; none is for ever. */
  readonly timeout: number | undefined;
  /** Milliseconds between asking it to end and killing it. */
  readonly grace: number;
  /** Where its output goes; none when it is only recorded. */
  readonly stdout: Outlet | undefined;
  readonly stderr: Outlet | undefined;
  readonly record: { readonly stdout: Take; readonly stderr: Take };
  readonly signals: SignalRelay;
  /** Ends the command when it fires; its reason is the message. */
  readonly stop: AbortSignal;
}

/** How a command ended. */
export interface CommandEnd {
  readonly exit: ChildExit;
  /** Why it was ended, when it did not end by itself. */
  readonly cause: StopCause | undefined;
}

/**
 * Runs a command until it and whoever holds its output have ended, as a shell pipeline would.
 * @throws CommandRefused
 */
export async function supervise(command: Command, supervision: Supervision): Promise<CommandEnd> {
  const { timeout, grace, stdout, stderr, record, signals, stop } = supervision;
  const group = new ChildGroup(command);
  const stopping = new Stopping(group, grace);
  // In the same tick, so that no signal finds a command that nobody passes it on to.
  signals.attach(group, stopping);
  const begin = (cause: StopCause) => (): void => stopping.begin(cause, 'SIGTERM');
  const onStop = (): void => begin({ why: 'stopped', message: String(stop.reason) })();
  const timer = timeout === undefined ? undefined : setTimeout(begin({ why: 'timed-out' }), timeout);
  stop.addEventListener('abort', onStop);
  try {
    await group.started;
    const [exit] = await Promise.all([
      group.exited,
      pump(group.stdout, stdout, record.stdout),
      pump(group.stderr, stderr, record.stderr),
    ]);
    await stopping.done;
    return { exit, cause: stopping.cause };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    signals.detach();
    group.abandonOutput();
  }
}

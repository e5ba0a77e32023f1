import type { ChildGroup } from './child-group.ts';
import type { Stopping } from './stopping.ts';

/** Somebody at a terminal asks; the command may tidy up as long as it likes. */
const asking: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
/** Would be our end: the command must not outlive us for any of them. Those of other systems are never sent. */
const ending: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGALRM', 'SIGVTALRM', 'SIGXCPU', 'SIGPWR'];
/** Mean what the command says they mean, and nothing to us. */
const forwarded: readonly NodeJS.Signals[] = ['SIGUSR1', 'SIGUSR2'];

/**
 * Passes the signals that we get on to the command (SF-83); a second one, of any kind, kills it.
 *
 * It listens from before the run is recorded until its end is stored, so that no signal leaves a run without an end.
 * While there is no command, the first signal is kept in `received` and the second ends us.
 */
export class SignalRelay {
  readonly #listeners: (readonly [NodeJS.Signals, () => void])[] = [];
  #target: { readonly group: ChildGroup; readonly stopping: Stopping } | undefined;
  #received: NodeJS.Signals | undefined;

  constructor() {
    for (const signal of [...asking, ...ending]) this.#listen(signal, () => this.#on(signal));
    if (process.platform === 'win32') return;
    for (const signal of forwarded) this.#listen(signal, () => this.#target?.group.signal(signal));
    this.#listen('SIGTSTP', () => {
      // Ctrl-Z stops the terminal's group, which the command is not in.
      this.#target?.group.signal('SIGSTOP');
      process.kill(process.pid, 'SIGSTOP');
    });
    this.#listen('SIGCONT', () => this.#target?.group.signal('SIGCONT'));
  }

  /** The signal that came while there was no command. */
  get received(): NodeJS.Signals | undefined {
    return this.#received;
  }

  /** From now on signals go to this command. */
  attach(group: ChildGroup, stopping: Stopping): void {
    this.#target = { group, stopping };
  }

  /** The command has ended. */
  detach(): void {
    this.#target = undefined;
  }

  /** Signals do to us what they do to any process. */
  close(): void {
    for (const [signal, listener] of this.#listeners.splice(0)) process.off(signal, listener);
  }

  #listen(signal: NodeJS.Signals, listener: () => void): void {
    process.on(signal, listener);
    this.#listeners.push([signal, listener]);
  }

  #on(signal: NodeJS.Signals): void {
    const stopping = this.#target?.stopping;
    if (stopping === undefined) {
      if (this.#received === undefined) {
        this.#received = signal;
        return;
      }
      this.close();
      process.kill(process.pid, signal);
    } else if (stopping.cause?.why === 'cancelled') {
      stopping.kill();
    } else {
      stopping.begin({ why: 'cancelled', signal }, signal, { patience: asking.includes(signal) });
    }
  }
}

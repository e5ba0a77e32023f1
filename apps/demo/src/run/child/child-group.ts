import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeCommandEnds, makeOutputPipes } from './output-pipes.ts';
import { signalTree } from './signal-tree.ts';

/** What is run. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Absolute path of its working directory. */
  readonly cwd: string;
}

/** How a process ended: by itself with `code`, or by `signal`. */
export type ChildExit =
  | { readonly code: number; readonly signal: null }
  | { readonly code: null; readonly signal: NodeJS.Signals };

/** The system would not start a command. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  override readonly cause: NodeJS.ErrnoException;

  constructor(cause: NodeJS.ErrnoException) {
    super(cause.message);
    this.cause = cause;
  }
}

/** How often to look whether a group is gone. Milliseconds; the kernel offers no way to be told. */
const pollEvery = 20;

/**
 * A command and everything that it starts, in a process group of its own: so that a signal reaches its children too,
 * and does not come back to us.
 */
export class ChildGroup {
  readonly #child: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Rejects with {@link CommandRefused} when the command cannot be started. */
  readonly started: Promise<void>;
  /** When the command itself has ended; what it started may live on. Never rejects. */
  readonly exited: Promise<ChildExit>;

  /** Starts it, with our stdin. @throws {@link CommandRefused} for what the system refuses before it looks for a file */
  constructor(command: Command) {
    const { child, stdout, stderr } = spawnGroup(command);
    this.#child = child;
    this.stdout = stdout;
    this.stderr = stderr;
    this.started = new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      // Listens for good: later errors are signals to a process that is gone.
      child.on('error', (cause) => reject(new CommandRefused(cause)));
    });
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) =>
        resolve(signal === null ? { code: code ?? 0, signal } : { code: null, signal }),
      );
    });
  }

  /** Sends a signal to every process of the group. False when none is left. */
  signal(signal: NodeJS.Signals | 0): boolean {
    return this.#child.pid !== undefined && signalTree(this.#child.pid, signal);
  }

  /** Waits until no process of the group is left, for at most `grace` milliseconds, then kills those that are. */
  async gone(grace: number): Promise<void> {
    const until = performance.now() + grace;
    while (this.signal(0)) {
      if (performance.now() >= until) {
        this.signal('SIGKILL');
        return;
      }
      await sleep(pollEvery);
    }
  }

  /** Stops reading: a process outside the group may hold the pipes open for ever. */
  abandonOutput(): void {
    this.stdout.destroy();
    this.stderr.destroy();
  }
}

interface Spawned {
  readonly child: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

function spawnGroup({ file, args, cwd }: Command): Spawned {
  const pipes = makeOutputPipes();
  // A new session, since Node offers no new group alone: Ctrl-C reaches us, and we pass it on. On Windows it would
  // open another console.
  const detached = process.platform !== 'win32';
  try {
    if (pipes === undefined) {
      const child = spawn(file, args, { cwd, detached, stdio: ['inherit', 'pipe', 'pipe'] });
      return { child, stdout: child.stdout, stderr: child.stderr };
    }
    const { stdout, stderr } = pipes;
    const child = spawn(file, args, {
      cwd,
      detached,
      stdio: ['inherit', stdout.descriptor, stderr.descriptor],
    });
    return { child, stdout: stdout.readable, stderr: stderr.readable };
  } catch (error) {
    pipes?.stdout.readable.destroy();
    pipes?.stderr.readable.destroy();
    throw new CommandRefused(error as NodeJS.ErrnoException);
  } finally {
    closeCommandEnds(pipes);
  }
}

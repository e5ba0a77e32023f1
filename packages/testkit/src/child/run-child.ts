import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { StoreError } from '@stepwell/core';
import { Mailbox } from './mailbox.ts';

export interface ChildOptions {
  readonly args?: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Options for node itself, before the script. */
  readonly execArgv?: readonly string[];
}

/** How a child ended: by itself with `code`, or by `signal`. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A node process under test. Disposing kills it and waits until it is gone. */
export interface Child<Message> extends AsyncDisposable {
  readonly pid: number;
  /** What it sent with `process.send`, so far. */
  readonly messages: readonly Message[];
  /** What it wrote to stdout, line by line, so far. */
  readonly lines: readonly string[];
  /** What it wrote to stderr, so far. */
  readonly stderr: string;
  /** Resolves when it is gone and everything it said has been read. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /**
   * The first message, of those that came and those to come, that fits.
   * @throws `IO`, with its stderr, when the child ends before it says so
   */
  waitFor(predicate: (message: Message) => boolean): Promise<Message>;
  /** As {@link Child.waitFor}, for lines of stdout. */
  waitForLine(predicate: (line: string) => boolean): Promise<string>;
  send(message: unknown): void;
  /** Sends a signal and resolves when the child is gone. Default SIGKILL. */
  kill(signal?: NodeJS.Signals): Promise<ChildExit>;
}

const alive = new Set<ChildProcess>();

/**
 * Runs `script` in a node process of its own, with a channel for messages (structured clone, so bytes pass). The
 * parent is the oracle of a kill test: what it has read is acknowledged, whatever becomes of the child.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { makeWorkspace, runChild } from '@stepwell/testkit';
 *
 * const workspace = await makeWorkspace('child');
 * const script = workspace.within('child.mjs');
 * await writeFile(script, "process.send('ready'); setInterval(() => {}, 1000);");
 * const child = runChild<string>(script);
 * await child.waitFor((message) => message === 'ready');
 * console.log(await child.kill());
 * await workspace[Symbol.asyncDispose]();
 * ```
 */
export function runChild<Message>(script: string | URL, options: ChildOptions = {}): Child<Message> {
  const path = script instanceof URL ? fileURLToPath(script) : script;
  const child = spawn(process.execPath, [...(options.execArgv ?? []), path, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  return supervise<Message>(child, path);
}

function supervise<Message>(child: ChildProcess, script: string): Child<Message> {
  const messages = new Mailbox<Message>();
  const lines = new Mailbox<string>();
  let stderr = '';
  reapAtExit(child);
  child.on('message', (message) => messages.add(message as Message));
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => lines.add(line));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });

  const exited = new Promise<ChildExit>((resolve) => {
    const end = (exit: ChildExit): void => {
      alive.delete(child);
      const why = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
      const error = new StoreError('IO', `${script} ended ${why}\n${stderr}`, { details: { ...exit } });
      messages.close(error);
      lines.close(error);
      resolve(exit);
    };
    // `close`, not `exit`: only then has everything that was written been read.
    child.on('close', (code, signal) => end({ code, signal }));
    child.on('error', (error) => {
      stderr += `${error.message}\n`;
      if (child.pid === undefined) end({ code: null, signal: null });
    });
  });

  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<ChildExit> => {
    child.kill(signal);
    return await exited;
  };
  return {
    pid: child.pid ?? -1,
    messages: messages.items,
    lines: lines.items,
    get stderr() {
      return stderr;
    },
    exited,
    waitFor: async (predicate) => await messages.find(predicate),
    waitForLine: async (predicate) => await lines.find(predicate),
    send: (message) => {
      child.send(message as object);
    },
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
    },
  };
}

/** A test run that is cut short leaves no process behind. */
function reapAtExit(child: ChildProcess): void {
  if (alive.size === 0) process.once('exit', killAll);
  alive.add(child);
  child.once('close', () => {
    alive.delete(child);
    if (alive.size === 0) process.removeListener('exit', killAll);
  });
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A pipe for one output of a command: our end, and the descriptor of the command's, to be closed once it has it. */
interface OutputPipe {
  readonly readable: Readable;
  readonly descriptor: number;
}

/**
 * Two pipes of the kernel's own kind, or `undefined` where they cannot be made and sockets must do: without `mkfifo`,
 * or without a temporary directory.
 *
 * What Node calls a pipe is a socket on Unix, and a command can tell: `echo x > /dev/stderr` fails on Linux ("no such
 * device or address"), and one whose reader is gone gets ECONNRESET in place of SIGPIPE. So the pipes are made as
 * named ones, whose names are gone before the command starts.
 */
export function makeOutputPipes(): { readonly stdout: OutputPipe; readonly stderr: OutputPipe } | undefined {
  if (process.platform === 'win32') return undefined;
  const directory = makeDirectory();
  if (directory === undefined) return undefined;
  try {
    const paths = [join(directory, 'stdout'), join(directory, 'stderr')] as const;
    if (spawnSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' }).status !== 0) return undefined;
    return { stdout: openPipe(paths[0]), stderr: openPipe(paths[1]) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function makeDirectory(): string | undefined {
  try {
    return mkdtempSync(join(tmpdir(), 'stepwell-pipes-'));
  } catch {
    return undefined;
  }
}

function openPipe(path: string): OutputPipe {
  // Our end first and without waiting, for either end alone waits for the other.
  const ours = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(path, constants.O_WRONLY);
  return { readable: new Socket({ fd: ours, readable: true, writable: false }), descriptor };
}

/** Closes the command's ends on our side, so that the pipes end when the command's own are closed. */
export function closeCommandEnds(pipes: ReturnType<typeof makeOutputPipes>): void {
  if (pipes === undefined) return;
  closeSync(pipes.stdout.descriptor);
  closeSync(pipes.stderr.descriptor);
}

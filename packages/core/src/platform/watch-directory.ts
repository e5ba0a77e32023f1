import { watch as watchFiles } from 'node:fs';
import type { Watching } from '../contract/driver.ts';
import { fromSystemError } from '../errors/system-error.ts';

/** Milliseconds between two wakes without a reason: what a file system tells of its changes may be too little. */
const safetyPoll = 250;
/** The same where it tells nothing. */
const fastPoll = 50;

export interface WatchDirectoryOptions {
  /** Whether a file of this name counts. */
  readonly concerns: (name: string) => boolean;
  /** Told that something may have changed, at most once a turn of the event loop. */
  readonly wake: () => void;
  /** What watches files. Default: `watch` of `node:fs`. */
  readonly watch?: typeof watchFiles;
}

/**
 * Wakes soon after a file in `directory` was written to, made, renamed or deleted, by any process, and four times a second
 * anyway: some file systems tell too little, and those of a network nothing. Where nothing can be watched, because too many
 * are (`EMFILE`, `ENOSPC`), it looks twenty times a second instead. Keeps no process alive.
 *
 * The directory is watched, and no file in it is ever opened: closing any descriptor of an SQLite database drops the locks
 * that the process holds on it.
 * @throws `IO INVALID_ARGUMENT` for what cannot be watched, such as a directory that is not there
 *
 * @example
 * ```ts
 * import { watchDirectory } from '@stepwell/core';
 *
 * const watching = watchDirectory('.', { concerns: (name) => name === 'notes.txt', wake: () => console.log('look') });
 * watching.close();
 * ```
 */
export function watchDirectory(directory: string, options: WatchDirectoryOptions): Watching {
  const { concerns, wake, watch = watchFiles } = options;
  let due: NodeJS.Immediate | undefined;
  let poll: NodeJS.Timeout | undefined;
  let closed = false;

  const soon = (): void => {
    if (closed) return;
    // One commit is several writes, and each is told.
    due ??= setImmediate(() => {
      due = undefined;
      wake();
    });
  };
  const pollEvery = (milliseconds: number): void => {
    clearInterval(poll);
    if (!closed) poll = setInterval(soon, milliseconds).unref();
  };

  pollEvery(safetyPoll);
  let watcher: ReturnType<typeof watchFiles> | undefined;
  try {
    watcher = watch(directory, { persistent: false }, (_, name) => {
      // Some systems do not say which file it was.
      if (name === null || concerns(name.toString())) soon();
    });
    // What fails later, such as the directory going away, shows to those who are woken and look.
    watcher.on('error', () => pollEvery(fastPoll));
  } catch (error) {
    if (!isExhausted(error)) {
      clearInterval(poll);
      throw fromSystemError(error, `could not watch ${directory}`, { reading: true });
    }
    pollEvery(fastPoll);
  }
  return {
    close() {
      closed = true;
      clearInterval(poll);
      clearImmediate(due);
      watcher?.close();
    },
  };
}

/** Whether there are too many watches or descriptors, of this process or on this machine. */
function isExhausted(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'EMFILE' || code === 'ENFILE' || code === 'ENOSPC' || code === 'ENOMEM';
}

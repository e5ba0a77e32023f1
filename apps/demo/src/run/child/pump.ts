import type { Readable } from 'node:stream';
import type { Outlet } from './outlet.ts';

/** Takes a chunk; answers a promise when more should wait. */
export type Take = (chunk: Uint8Array) => void | Promise<void>;

/**
 * Moves what a command prints: on to where it would have gone without us, then into the record. The command is read no
 * faster than both can take it.
 *
 * When our reader is gone the pipe is closed, so that the command learns of it as it would have: by SIGPIPE.
 */
export async function pump(from: Readable, to: Outlet | undefined, record: Take): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Uint8Array>) {
      const wait = to?.write(chunk);
      if (wait !== undefined) await wait;
      const slow = record(chunk);
      if (slow !== undefined) await slow;
      if (to?.failure !== undefined) break;
    }
  } catch (error) {
    // Closed by us before its end: see ChildGroup.abandonOutput.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

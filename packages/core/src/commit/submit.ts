import { StoreError } from '../errors/store-error.ts';
import type { WriteResult } from '../store/store.ts';
import type { Entry } from './entry.ts';
import { onAbort } from './on-abort.ts';
import type { WriteQueue } from './write-queue.ts';

type Submission<Op> = Pick<Entry<Op>, 'number' | 'batch' | 'bytes' | 'durability'>;

/** Queues a write and resolves when it is committed. @throws what it failed with; `BUSY ABORTED` while it waits */
export async function submit<Op>(
  queue: WriteQueue<Op>,
  submission: Submission<Op>,
  signal: AbortSignal | undefined,
): Promise<WriteResult> {
  return await new Promise<WriteResult>((resolve, reject) => {
    const entry: Entry<Op> = {
      ...submission,
      buffered: false,
      queued: () => {},
      resolve: (result) => {
        stop();
        resolve(result);
      },
      reject: (error) => {
        stop();
        reject(error);
      },
    };
    const stop = withdrawOnAbort(queue, entry, signal);
    queue.enter(entry);
  });
}

/**
 * S2 `'none'`: resolves when the write has its place in the queue; `tellLater` gets what it fails with afterwards.
 * @throws `BUSY ABORTED` while it waits for room
 */
export async function submitBuffered<Op>(
  queue: WriteQueue<Op>,
  submission: Submission<Op>,
  signal: AbortSignal | undefined,
  tellLater: (error: StoreError) => void,
): Promise<WriteResult> {
  return await new Promise<WriteResult>((resolve, reject) => {
    let tell = (error: StoreError): void => {
      stop();
      reject(error);
    };
    const entry: Entry<Op> = {
      ...submission,
      buffered: true,
      queued: () => {
        stop();
        tell = tellLater;
        resolve({ epoch: null, results: [], duplicate: false });
      },
      resolve: () => {},
      reject: (error) => tell(error),
    };
    const stop = withdrawOnAbort(queue, entry, signal);
    queue.enter(entry);
  });
}

/** Takes the entry back out of the queue when the signal fires. Answers how to stop that. */
function withdrawOnAbort<Op>(
  queue: WriteQueue<Op>,
  entry: Entry<Op>,
  signal: AbortSignal | undefined,
): () => void {
  if (signal === undefined) return () => {};
  return onAbort(signal, () => {
    if (!queue.withdraw(entry)) return;
    entry.reject(
      new StoreError('ABORTED', 'the write was aborted while it waited', { cause: signal.reason }),
    );
  });
}

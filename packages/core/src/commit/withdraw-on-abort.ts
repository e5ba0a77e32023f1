import { StoreError } from '../errors/store-error.ts';
import type { Entry } from './entry.ts';
import { onAbort } from './on-abort.ts';
import type { WriteQueue } from './write-queue.ts';

/** Takes the entry back out of the queue when the signal fires. Answers how to stop that. */
export function withdrawOnAbort<Op>(
  queue: WriteQueue<Op>,
  entry: Entry<Op>,
  signal: AbortSignal,
  reject: (entry: Entry<Op>, error: StoreError) => void,
): () => void {
  return onAbort(signal, () => {
    if (!queue.withdraw(entry)) return;
    reject(
      entry,
      new StoreError('ABORTED', 'the write was aborted while it waited', { cause: signal.reason }),
    );
  });
}

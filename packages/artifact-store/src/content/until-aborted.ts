import { abortedBy, checkSignal } from '../check-signal.ts';

/** The same items, until `signal` fires: then it throws `ABORTED` at once, even while the source is silent. */
export async function* untilAborted<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      checkSignal(signal);
      const result = await pull(iterator, signal);
      ended = result.done === true;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    // Not awaited: a generator that is stuck in its own await answers `return` only after that, if ever.
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** The next item, or the abort, whichever comes first; the loser has no effect. */
async function pull<Item>(iterator: AsyncIterator<Item>, signal: AbortSignal): Promise<IteratorResult<Item>> {
  let onAbort = (): void => undefined;
  try {
    return await new Promise((resolve, reject) => {
      onAbort = () => reject(abortedBy(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      iterator.next().then(resolve, reject);
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

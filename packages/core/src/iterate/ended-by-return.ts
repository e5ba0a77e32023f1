/**
 * Items that `make` gives until its signal fires. A generator that waits takes a `return` only when the wait is over; this
 * one's ends the wait. `signal` ends it too.
 */
export function endedByReturn<Item>(
  signal: AbortSignal | undefined,
  make: (signal: AbortSignal) => AsyncIterable<Item>,
): AsyncIterableIterator<Item> {
  const ended = new AbortController();
  const end = (): void => ended.abort(signal?.reason);
  if (signal?.aborted) end();
  const items = made(ended.signal, make);
  const forget = (): void => signal?.removeEventListener('abort', end);
  let isListening = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      // What is never pulled would never let go.
      if (!isListening) signal?.addEventListener('abort', end, { once: true });
      isListening = true;
      if (signal?.aborted) end();
      try {
        const next = await items.next();
        if (next.done) forget();
        return next;
      } catch (error) {
        forget();
        throw error;
      }
    },
    async return() {
      end();
      forget();
      await items.return();
      return { done: true, value: undefined };
    },
  };
}

async function* made<Item>(
  signal: AbortSignal,
  make: (signal: AbortSignal) => AsyncIterable<Item>,
): AsyncGenerator<Item, void, void> {
  yield* make(signal);
}

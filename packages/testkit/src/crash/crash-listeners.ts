import { type CrashHook, setCrashHook } from '@stepwell/core';

const listeners = new Set<CrashHook>();

/**
 * Lets several parties listen to the one crash hook of the process, so that a recorder and an armed point do not
 * displace each other.
 */
export function listenToCrashPoints(listener: CrashHook): Disposable {
  listeners.add(listener);
  setCrashHook(callAll);
  return {
    [Symbol.dispose]: () => {
      listeners.delete(listener);
      if (listeners.size === 0) setCrashHook(undefined);
    },
  };
}

function callAll(point: string): void {
  let failure: { readonly error: unknown } | undefined;
  for (const listener of [...listeners]) {
    try {
      listener(point);
    } catch (error) {
      // Everybody hears of the point before it takes effect, whoever came first.
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
}

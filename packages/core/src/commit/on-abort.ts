const listening = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `run` when the signal fires. Answers how to stop that.
 *
 * One listener serves all writes that share a signal: with more than ten of its own Node warns of a leak, and a signal
 * for a whole run of a program is shared by thousands.
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const runs = listening.get(signal) ?? listen(signal);
  runs.add(run);
  return () => {
    runs.delete(run);
  };
}

function listen(signal: AbortSignal): Set<() => void> {
  const runs = new Set<() => void>();
  listening.set(signal, runs);
  signal.addEventListener('abort', () => {
    for (const run of [...runs]) run();
  });
  return runs;
}

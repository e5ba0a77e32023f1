import { listenToCrashPoints } from './crash-listeners.ts';

/** Which crash points a test run passed (SD-41). Disposing stops the recording. */
export interface CrashPointRecord extends Disposable {
  /** How often each point was reached, declared or not. */
  readonly hits: ReadonlyMap<string, number>;
  /** Declared points that were never reached: what no test proves anything about. */
  missed(): string[];
  /** Points that were reached and are not in the list: a list that is not whole. */
  undeclared(): string[];
}

/** Starts to count the crash points that this process passes. */
export function recordCrashPoints(declared: readonly string[] = []): CrashPointRecord {
  const hits = new Map<string, number>();
  const listening = listenToCrashPoints((point) => hits.set(point, (hits.get(point) ?? 0) + 1));
  return {
    hits,
    missed: () => declared.filter((point) => !hits.has(point)),
    undeclared: () => [...hits.keys()].filter((point) => !declared.includes(point)),
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

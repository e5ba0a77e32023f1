/** Called when execution reaches a crash point. It may throw, or kill the process; testkit does both. */
export type CrashHook = (point: string) => void;

/** One hook for the process, whichever copy of this package a module sees. */
const slot = Symbol.for('stepwell.crashHook');
const registry = globalThis as { [slot]?: CrashHook | undefined };

/** Arms or, with `undefined`, disarms the crash points of this process. For tests. */
export function setCrashHook(hook: CrashHook | undefined): void {
  registry[slot] = hook;
}

/**
 * Makes the function with which a package marks its crash points: the moments between two effects at which a death
 * of the process must be harmless. The list is the whole set of names; a name outside it does not compile.
 */
export function declareCrashPoints<const Points extends readonly string[]>(
  _points: Points,
): (point: Points[number]) => void {
  return (point) => registry[slot]?.(point);
}

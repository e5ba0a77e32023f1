/**
 * Where a call came from. The engine notes it in a few microseconds; to write it out takes several times that, so it is
 * done for those only who are told.
 *
 * What was noted holds on to the objects whose methods were on the way. {@link text} lets go of them: whoever waits for
 * one of them to be forgotten has to ask for the text first.
 */
export class CallSite {
  #noted: { stack?: string } | undefined = {};
  #text = '';

  /** Notes who called `callee`, which is running. */
  constructor(callee: (...args: never[]) => unknown) {
    if (this.#noted !== undefined) Error.captureStackTrace(this.#noted, callee);
  }

  /** One line per call, the innermost first. */
  get text(): string {
    if (this.#noted === undefined) return this.#text;
    // The line above the calls would be the message of an error.
    const [, ...calls] = String(this.#noted.stack).split('\n');
    this.#text = calls.map((call) => call.trim()).join('\n');
    this.#noted = undefined;
    return this.#text;
  }
}

let borrowed: CallSite | undefined;

/**
 * Runs `call` as if it had been called from `site`, as far as {@link callSite} tells until `call` returns or first awaits. For
 * what opens snapshots all the time on behalf of somebody: who that is says more, and noting it once costs less.
 */
export function onBehalfOf<Result>(site: CallSite, call: () => Result): Result {
  borrowed = site;
  try {
    return call();
  } finally {
    borrowed = undefined;
  }
}

/** Who called `callee`, which is running. */
export function callSite(callee: (...args: never[]) => unknown): CallSite {
  return borrowed ?? new CallSite(callee);
}

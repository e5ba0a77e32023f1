/** What `stepwell` exits with. `run` passes the command's own code on; its own are those that `env` and `timeout` use. */
export const exitCodes = {
  ok: 0,
  /** A negative answer: no such run, more than one fits. */
  negative: 1,
  /** The command line itself is wrong. In `run` that is {@link exitCodes.ownFailure}. */
  usage: 2,
  /** The store cannot be read or made. In `run` that is {@link exitCodes.ownFailure}. */
  store: 3,
  timedOut: 124,
  /** `run`: Stepwell itself failed. */
  ownFailure: 125,
  notExecutable: 126,
  notFound: 127,
  /** Plus the number of the signal that ended the command, or that was sent to `run`. */
  signal: 128,
} as const;

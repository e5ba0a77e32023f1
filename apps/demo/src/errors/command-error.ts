/**
 * An answer that is no, a command line that is wrong, or an output that takes nothing: said to the user in one line,
 * without a stack.
 */
export class CommandError extends Error {
  readonly exitCode: number;
  /** Stable, as the codes of the store are; for `--json`. */
  readonly code: 'NO_SUCH_RUN' | 'NO_SUCH_STEP' | 'AMBIGUOUS' | 'USAGE' | 'NO_SPACE' | 'IO';

  constructor(code: CommandError['code'], exitCode: number, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.exitCode = exitCode;
  }
}

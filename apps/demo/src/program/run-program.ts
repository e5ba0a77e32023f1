import { CommanderError } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { reportError } from '../errors/report-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { ReaderGone } from '../output/print.ts';
import { makeProgram } from './make-program.ts';

/** Runs the command line `args`. Answers what to exit with; everything there is to say has been said. */
export async function runProgram(args: readonly string[]): Promise<number> {
  // Told to whoever writes; without a listener it would end the process in between.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  let exitCode: number = exitCodes.ok;
  const json = asksForJson(args);
  process.on('uncaughtException', (error) => {
    const code = reportError(error, { json });
    process.exit(args[0] === 'run' ? exitCodes.ownFailure : code);
  });
  const program = makeProgram(
    (code) => {
      exitCode = code;
    },
    (message) => reportError(new CommandError('USAGE', exitCodes.usage, message), { json }),
  );
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof ReaderGone) return exitCodes.ok;
    // The help, or the mistake, has been printed already.
    if (error instanceof CommanderError) return usageExitCode(error, args);
    const code = reportError(error, { json });
    return args[0] === 'run' ? exitCodes.ownFailure : code;
  }
}

function usageExitCode({ exitCode }: CommanderError, args: readonly string[]): number {
  if (exitCode === 0) return exitCodes.ok;
  // `run` keeps 1 to 123 for the command, as `env` and `timeout` do.
  return args[0] === 'run' ? exitCodes.ownFailure : exitCodes.usage;
}

/** Asked of the bare arguments, since they may be what cannot be understood. What follows `--` is not for us. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).includes('--json');
}

import type { StoreWarning } from '@stepwell/core';
import { open } from 'stepwell';
import { reportError } from '../errors/report-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { printIfRead } from '../output/print.ts';
import { SignalRelay } from '../run/child/signal-relay.ts';
import { executionOptions } from '../run/execution-options.ts';
import { recordCommand } from '../run/record-command.ts';
import { RecordingTrouble } from '../run/recording/recording-trouble.ts';
import { storeVerdict } from '../run/recording/store-verdict.ts';
import type { RunOptions } from '../run/run-options.ts';
import { summaryLine } from '../run/summary-line.ts';
import { makeStoreDirectory } from '../store-path/make-store-directory.ts';

/**
 * `stepwell run`: runs a command, passes its output through untouched, records it, and answers its exit code.
 *
 * The command is not run when the store cannot be opened: who asks for a record would not know what happened. Once it
 * runs, nothing that befalls the record stops it, and its own exit code counts unless that would be 0.
 */
export async function run(argv: readonly [string, ...string[]], options: RunOptions): Promise<number> {
  const signals = new SignalRelay();
  const trouble = new RecordingTrouble();
  try {
    const exitCode = await recordRun(argv, options, signals, trouble);
    return exitCode === 0 && trouble.any ? exitCodes.ownFailure : exitCode;
  } catch (error) {
    reportError(error, options);
    return exitCodes.ownFailure;
  } finally {
    signals.close();
  }
}

async function recordRun(
  argv: readonly [string, ...string[]],
  options: RunOptions,
  signals: SignalRelay,
  trouble: RecordingTrouble,
): Promise<number> {
  await makeStoreDirectory(options.store);
  const warnings: StoreWarning[] = [];
  const stepwell = await open(options.store, {
    // Any number of runs may record into one store at once.
    writer: 'shared',
    purpose: 'stepwell run',
    // Kept for the record: stderr is the command's.
    onWarning: (warning) => warnings.push(warning),
  });
  try {
    const execution = await stepwell.recorder.start(executionOptions(argv, options));
    const { verdict, output, midLine } = await recordCommand(argv, execution, options, signals, trouble);
    for (const { message } of warnings) await output.warn({ source: 'stepwell', line: null, message });
    await trouble.guard(storeVerdict(execution, verdict));

    if (verdict.status === 'refused') process.stderr.write(`stepwell: ${verdict.reason}\n`);
    const { exitCode } = verdict;
    if (options.json) await printIfRead(`${JSON.stringify({ execution: execution.record, exitCode })}\n`);
    else if (options.summary) process.stderr.write(`${midLine ? '\n' : ''}${summaryLine(execution.record)}`);
    return exitCode;
  } finally {
    await trouble.guard(stepwell.close());
  }
}

import type { StoreError, StoreWarning } from '@stepwell/core';
import { open, type Stepwell } from 'stepwell';
import { describeStoreError, reportError } from '../errors/report-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { printIfRead } from '../output/print.ts';
import { SignalRelay } from '../run/child/signal-relay.ts';
import { executionOptions } from '../run/execution-options.ts';
import { recordCommand } from '../run/record-command.ts';
import { storeVerdict } from '../run/recording/store-verdict.ts';
import type { RunOptions } from '../run/run-options.ts';
import { summaryLine } from '../run/summary-line.ts';
import { makeStoreDirectory } from '../store-path/make-store-directory.ts';

/**
 * `stepwell run`: runs a command, passes its output through untouched, records it, and answers its exit code.
 *
 * The command is not run when the store cannot be opened: who asks for a record would not know what happened. Once it
 * runs, nothing that befalls the record stops it.
 */
export async function run(argv: readonly [string, ...string[]], options: RunOptions): Promise<number> {
  try {
    await makeStoreDirectory(options.store);
    const warnings: StoreWarning[] = [];
    // Shared: any number of runs may record into one store at once.
    await using stepwell = await open(options.store, {
      writer: 'shared',
      purpose: 'stepwell run',
      // Kept for the record: stderr is the command's.
      onWarning: (warning) => warnings.push(warning),
    });
    return await recordRun(argv, stepwell, options, warnings);
  } catch (error) {
    reportError(error, options);
    return exitCodes.ownFailure;
  }
}

async function recordRun(
  argv: readonly [string, ...string[]],
  stepwell: Stepwell,
  options: RunOptions,
  warnings: readonly StoreWarning[],
): Promise<number> {
  const signals = new SignalRelay();
  try {
    const execution = await stepwell.recorder.start(executionOptions(argv, options));
    const { verdict, output } = await recordCommand(argv, execution, options, { signals, onFailure });
    for (const { message } of warnings) await output.warn({ source: 'stepwell', line: null, message });
    const unstored = await storeVerdict(execution, verdict);
    if (unstored !== undefined && output.failure === undefined) onFailure(unstored);

    if (verdict.status === 'refused') process.stderr.write(`stepwell: ${verdict.reason}\n`);
    // What the command says of itself counts more than what became of its record.
    const incomplete = output.failure !== undefined || unstored !== undefined;
    const exitCode = verdict.exitCode === 0 && incomplete ? exitCodes.ownFailure : verdict.exitCode;
    if (options.json) await printIfRead(`${JSON.stringify({ execution: execution.record, exitCode })}\n`);
    else if (options.summary) process.stderr.write(summaryLine(execution.record));
    return exitCode;
  } finally {
    signals.close();
  }
}

/** One of the few things said on the command's stderr, since nobody must miss it. */
function onFailure(error: StoreError): void {
  process.stderr.write(`${describeStoreError(error)}\n  What the command prints is no longer recorded.\n`);
}

import { type LogSource, logSources } from '@stepwell/core';
import { type Command, Option } from 'commander';
import { notEmpty, positiveInteger, runArgument, storeOption, storePath } from './shared-options.ts';

interface LogsFlags {
  readonly store?: string;
  readonly step?: string;
  readonly source?: LogSource;
  readonly last?: number;
  readonly timestamps?: boolean;
  readonly raw?: boolean;
  readonly json?: boolean;
}

export function addLogs(program: Command): void {
  program
    .command('logs')
    .description('print what a run printed, byte for byte')
    .addArgument(runArgument())
    .addOption(storeOption())
    .option('--step <step>', 'only this step: its name, index, id or a part of that', notEmpty)
    .addOption(new Option('--source <source>', 'only what came from there').choices(logSources))
    .option('--last <n>', 'only the last so many lines', positiveInteger)
    .option('--timestamps', 'with the time before each line')
    .option('--raw', 'nothing but recorded bytes: no marks for lost lines, no line end added on a terminal')
    .option('--json', 'as JSON, one object for each line')
    .addHelpText(
      'after',
      `
Examples:
  stepwell logs latest | less -R
  stepwell logs latest --step test --last 50
  stepwell logs 3f9a1c22 --source stderr --timestamps`,
    )
    .action(async (run: string, flags: LogsFlags) => {
      const { logs } = await import('../commands/logs.ts');
      await logs(run, {
        store: storePath(flags.store),
        step: flags.step,
        source: flags.source,
        last: flags.last,
        timestamps: flags.timestamps ?? false,
        raw: flags.raw ?? false,
        json: flags.json ?? false,
      });
    });
}

import { type LogSource, logSources } from '@stepwell/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Sought } from '../logs/text-pattern.ts';
import { parseWhen } from './parse-when.ts';
import {
  notEmpty,
  positiveInteger,
  runArgument,
  storeOption,
  storePath,
  wholeNumber,
} from './shared-options.ts';

interface LogsFlags {
  readonly store?: string;
  readonly step?: string;
  readonly source?: LogSource;
  readonly last?: number;
  readonly since?: number;
  readonly until?: number;
  readonly grep?: string;
  readonly regex?: string;
  readonly ignoreCase?: boolean;
  readonly context?: number;
  readonly follow?: boolean;
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
    .option('-n, --last <n>', 'only the last so many lines; with -f 0 for only what is new', wholeNumber)
    .option('--since <when>', 'only what was recorded since: 10m ago, or a date and time', when)
    .addOption(new Option('--until <when>', 'only what was recorded until then').argParser(when))
    .option('--grep <text>', 'only lines with this text', notEmpty)
    .addOption(
      new Option('--regex <expression>', 'only lines in which this regular expression (RE2) finds something')
        .argParser(notEmpty)
        .conflicts('grep'),
    )
    .option('-i, --ignore-case', 'with --grep or --regex: upper and lower case are the same')
    .option('-C, --context <n>', 'with --grep or --regex: so many lines around each', positiveInteger)
    .addOption(
      new Option('-f, --follow', 'go on with what is recorded, until the run has ended').conflicts('until'),
    )
    .option('--timestamps', 'with the time before each line')
    .option('--raw', 'nothing but recorded bytes: no marks for lost lines, no line end added on a terminal')
    .option('--json', 'as JSON, one object for each line')
    .addHelpText(
      'after',
      `
Examples:
  stepwell logs latest | less -R
  stepwell logs latest --step test --last 50
  stepwell logs 3f9a1c22 --source stderr --timestamps
  stepwell logs latest -f -n 20
  stepwell logs latest --regex 'error|fatal' -i -C 3 --since 10m`,
    )
    .action(async (run: string, flags: LogsFlags) => {
      checkTogether(flags);
      const { logs } = await import('../commands/logs.ts');
      await logs(run, {
        store: storePath(flags.store),
        step: flags.step,
        source: flags.source,
        last: flags.last,
        since: flags.since,
        until: flags.until,
        sought: soughtOf(flags),
        context: flags.context ?? 0,
        follow: flags.follow ?? false,
        timestamps: flags.timestamps ?? false,
        raw: flags.raw ?? false,
        json: flags.json ?? false,
      });
    });
}

function soughtOf({ grep, regex, ignoreCase = false, context }: LogsFlags): Sought | undefined {
  const text = grep ?? regex;
  if (text === undefined && (ignoreCase || context !== undefined))
    throw usage('--ignore-case and --context go with --grep or --regex');
  return text === undefined ? undefined : { text, regex: regex !== undefined, ignoreCase };
}

function checkTogether({ last, follow = false, since, until }: LogsFlags): void {
  if (last === 0 && !follow) throw usage('--last 0 goes with --follow: otherwise there is nothing to show');
  if (since !== undefined && until !== undefined && since > until)
    throw usage('--since is later than --until: there is nothing between them');
}

function usage(message: string): CommandError {
  return new CommandError('USAGE', exitCodes.usage, message);
}

function when(value: string): number {
  const at = parseWhen(value, Date.now());
  if (at === undefined)
    throw new InvalidArgumentError('It must be like 10m (ago), 2026-03-01 or 2026-03-01T14:05:09.');
  return at;
}

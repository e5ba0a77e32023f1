import { type ExecutionStatus, executionStatuses } from '@stepwell/core';
import { type Command, Option } from 'commander';
import { notEmpty, positiveInteger, storeOption, storePath } from './shared-options.ts';

const defaultLimit = 20;

interface LsFlags {
  readonly store?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly status?: ExecutionStatus;
  readonly tag?: string;
  readonly json?: boolean;
}

export function addLs(program: Command): void {
  program
    .command('ls')
    .description('list the runs, newest first')
    .addOption(storeOption())
    .option('--limit <n>', 'at most so many', positiveInteger, defaultLimit)
    .option('--all', 'without a limit')
    .addOption(new Option('--status <status>', 'only those with this status').choices(executionStatuses))
    .option('--tag <tag>', 'only those with this tag', notEmpty)
    .option('--json', 'as a JSON array')
    .addHelpText(
      'after',
      `
Examples:
  stepwell ls --status failed
  stepwell ls --all --json | jq -r '.[].id'`,
    )
    .action(async (flags: LsFlags) => {
      const { ls } = await import('../commands/ls.ts');
      await ls({
        store: storePath(flags.store),
        limit: flags.all === true ? undefined : flags.limit,
        status: flags.status,
        tag: flags.tag,
        json: flags.json ?? false,
      });
    });
}

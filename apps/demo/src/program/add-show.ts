import type { Command } from 'commander';
import { runArgument, storeOption, storePath } from './shared-options.ts';

export function addShow(program: Command): void {
  program
    .command('show')
    .description('show one run, with its steps, artifacts and metadata')
    .addArgument(runArgument())
    .addOption(storeOption())
    .option('--json', 'as a JSON object: execution, steps, artifacts, logs, live')
    .addHelpText(
      'after',
      `
Examples:
  stepwell show latest
  stepwell show 3f9a1c22 --json | jq .steps`,
    )
    .action(async (run: string, flags: { readonly store?: string; readonly json?: boolean }) => {
      const { show } = await import('../commands/show.ts');
      await show(run, { store: storePath(flags.store), json: flags.json ?? false });
    });
}

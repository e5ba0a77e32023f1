import { resolve } from 'node:path';
import type { Command } from 'commander';
import { storeDirectoryName } from '../store-path/resolve-store-path.ts';
import { storeOption } from './shared-options.ts';

export function addInit(program: Command): void {
  program
    .command('init')
    .description(`make a store for this directory and all below it: ./${storeDirectoryName}`)
    .addOption(storeOption())
    .option('--json', 'say as JSON what was done')
    .action(async (flags: { readonly store?: string; readonly json?: boolean }) => {
      const { init } = await import('../commands/init.ts');
      await init(resolve(flags.store ?? storeDirectoryName), { json: flags.json ?? false });
    });
}

import type { Command } from 'commander';
import { storeOption, storePath } from './shared-options.ts';

interface Flags {
  readonly store?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addRepair(program: Command, exit: (code: number) => void): void {
  program
    .command('repair')
    .description('mend damaged logs: what can be read is kept, what is damaged is put aside in logs/damaged')
    .addOption(storeOption())
    .option('--dry-run', 'only say what is wrong; exits with 1 when something is')
    .option('--json', 'say as JSON what was done')
    .action(async (flags: Flags) => {
      const { repair } = await import('../commands/repair.ts');
      const { dryRun = false, json = false } = flags;
      const code = await repair({ store: storePath(flags.store), dryRun, json });
      if (code !== 0) exit(code);
    });
}

import type { Command } from 'commander';

/** The library's own `help` says nothing of a command that is not there. */
export function addHelp(program: Command): void {
  program
    .command('help')
    .description('display help for a command')
    .argument('[command]')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command === undefined) program.error(`error: unknown command '${name}'`);
      command.help();
    });
}

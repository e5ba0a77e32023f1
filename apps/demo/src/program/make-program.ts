import { Command } from 'commander';
import { version } from '../version.ts';
import { addHelp } from './add-help.ts';
import { addInit } from './add-init.ts';
import { addLogs } from './add-logs.ts';
import { addLs } from './add-ls.ts';
import { addRepair } from './add-repair.ts';
import { addRun } from './add-run.ts';
import { addShow } from './add-show.ts';

/** The command line. `exit` is told what to exit with where that is not 0; `complain` what is wrong with it. */
export function makeProgram(exit: (code: number) => void, complain: (message: string) => void): Command {
  const program = new Command('stepwell')
    .description(
      'Records any command as a run, with its steps, artifacts and output, and shows what was recorded.',
    )
    .version(version())
    // So that what follows the name of a command belongs to that command.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (message) => complain(message.replace(/^error: /, '').trim()) })
    .addHelpText(
      'after',
      `
Examples:
  stepwell run -- make -j4             record a command
  stepwell ls                          list the runs, newest first
  stepwell show latest                 one run, with its steps and artifacts
  stepwell logs latest --step test     what one step printed

The store is --store, else $STEPWELL_STORE, else the nearest .stepwell/ upwards, else the user's data directory.
Exit codes: 0 well, 1 no such run or step, 2 usage, 3 the store. Those of run: stepwell run --help`,
    );
  addRun(program, exit);
  addLs(program);
  addShow(program);
  addLogs(program);
  addInit(program);
  addRepair(program, exit);
  addHelp(program);
  return program;
}

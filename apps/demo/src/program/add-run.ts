import { type Command, InvalidArgumentError, Option } from 'commander';
import { type MarkerMode, markerModes } from '../markers/marker.ts';
import { parseDuration } from '../run/parse-duration.ts';
import { workingDirectory } from '../run/working-directory.ts';
import { gather, notEmpty, storeOption, storePath } from './shared-options.ts';

/** Milliseconds between SIGTERM and SIGKILL. */
const defaultGrace = 2000;

interface RunFlags {
  readonly store?: string;
  readonly name?: string;
  readonly tag?: readonly string[];
  readonly timeout?: number;
  readonly grace: number;
  readonly cwd?: string;
  readonly env?: readonly string[];
  readonly markers: MarkerMode;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly summary?: boolean;
}

export function addRun(program: Command, exit: (code: number) => void): void {
  program
    .command('run')
    .description('run a command, pass its output through, and record it')
    .usage('[options] -- <command> [args...]')
    .argument('<command>', 'what to run')
    .argument('[args...]', 'passed on untouched')
    // What follows the command is the command's, also without the `--`.
    .passThroughOptions()
    .addOption(storeOption())
    .option('--name <name>', 'name of the run; the command itself if it has none', notEmpty)
    .option('--tag <tag>', 'a tag of the run; may be given several times', gather)
    .option('--timeout <duration>', 'end the command after this long: 90, 90s, 1.5m, 2h', duration)
    .addOption(
      new Option('--grace <duration>', 'time between asking the command to end and killing it')
        .argParser(duration)
        .default(defaultGrace, '2s'),
    )
    .option('--cwd <dir>', 'working directory of the command', notEmpty)
    .option('--env <name>', 'record this environment variable; may be given several times', gather)
    .addOption(
      new Option('--markers <mode>', 'where markers may stand').choices([...markerModes]).default('strict'),
    )
    .option('-q, --quiet', 'do not pass the output on, only record it')
    .option('--json', 'print the record as JSON when the run has ended, instead of the output')
    .option('--summary', 'say on stderr what was recorded, also where that is no terminal')
    .addHelpText('after', help)
    .action(async (command: string, args: readonly string[], flags: RunFlags) => {
      const cwd = workingDirectory(flags.cwd);
      const { run } = await import('../commands/run.ts');
      const json = flags.json ?? false;
      exit(
        await run([command, ...args], {
          store: storePath(flags.store),
          name: flags.name,
          tags: flags.tag ?? [],
          timeout: flags.timeout,
          grace: flags.grace,
          cwd,
          env: flags.env ?? [],
          markers: flags.markers,
          quiet: json || (flags.quiet ?? false),
          json,
          summary: flags.summary ?? process.stderr.isTTY,
        }),
      );
    });
}

const help = `
Examples:
  stepwell run -- ./build.sh
  stepwell run --name nightly --tag ci --timeout 30m -- make test
  stepwell run --json -- node job.mjs | jq .execution.status

Markers, each at the start of a line of output:
  STEP_START: name [stop_on_error=true]    begins a step; the one before is completed
  STEP_COMPLETE: name                      completes the step
  STEP_ERROR: message                      fails the step
  ARTIFACT: path:description               keeps a file
  META: key:value                          describes the step, or the run
  ::group::name and ::endgroup::, ::error::message, ::warning::message

Exit codes: the command's own; 128+n if signal n ended it or was sent to stepwell; 124 timed out;
125 stepwell itself failed (then the command was not run, or succeeded but is not wholly recorded);
126 not executable; 127 not found.`;

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new InvalidArgumentError('It must be a duration of up to 24 days, like 90, 90s, 1.5m or 2h.');
  return ms;
}

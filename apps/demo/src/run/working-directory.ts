import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * The absolute working directory of a command. Checked beforehand, since the system's answer to a missing one is that
 * there is no such command.
 */
export function workingDirectory(option: string | undefined): string {
  const path = resolve(option ?? '.');
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  throw new CommandError('USAGE', exitCodes.ownFailure, `--cwd: ${path} is not a directory`);
}

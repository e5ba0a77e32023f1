import { userInfo } from 'node:os';
import type { ExecutionOptions } from '@stepwell/core';
import { commandText, nameFromCommand } from './command-text.ts';
import type { RunOptions } from './run-options.ts';

/** What is recorded of a run when it begins. */
export function executionOptions(argv: readonly string[], options: RunOptions): ExecutionOptions {
  return {
    name: options.name ?? nameFromCommand(argv),
    command: commandText(argv),
    workingDirectory: options.cwd,
    environment: chosen(options.env),
    user: userName(),
    tags: [...new Set(options.tags)],
  };
}

function chosen(names: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database, as in some containers.
    return null;
  }
}

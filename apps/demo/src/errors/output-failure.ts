import { fromSystemError } from '@stepwell/core';
import { exitCodes } from '../exit-codes.ts';
import { CommandError } from './command-error.ts';

/** Our own stdout or stderr takes no more, for another reason than that its reader has gone: a full disk, say. */
export function outputFailure(name: 'stdout' | 'stderr', cause: NodeJS.ErrnoException): CommandError {
  const { code, message } = fromSystemError(cause, `${name} does not take the output`);
  return new CommandError(code === 'NO_SPACE' ? 'NO_SPACE' : 'IO', exitCodes.store, message);
}

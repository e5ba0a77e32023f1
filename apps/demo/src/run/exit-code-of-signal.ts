import { constants } from 'node:os';
import { exitCodes } from '../exit-codes.ts';

/** What a shell would report for a command that this signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return exitCodes.signal + constants.signals[signal];
}

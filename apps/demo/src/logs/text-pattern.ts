import { isStoreError, type LinePattern } from '@stepwell/core';
import { linePattern } from 'stepwell';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../exit-codes.ts';

/** What is looked for in lines. */
export interface Sought {
  readonly text: string;
  /** Whether it is a regular expression. */
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

/** @throws CommandError for what is no regular expression, or none that takes linear time */
export function patternOf({ text, regex, ignoreCase }: Sought): LinePattern {
  if (!regex && !ignoreCase) return literal(text);
  const source = regex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  try {
    return linePattern(source, { ignoreCase });
  } catch (error) {
    if (isStoreError(error, 'INVALID_ARGUMENT'))
      throw new CommandError('USAGE', exitCodes.usage, error.message);
    throw error;
  }
}

function literal(text: string): LinePattern {
  const bytes = Buffer.from(text);
  return {
    source: text,
    find: (line) => Buffer.from(line.buffer, line.byteOffset, line.length).indexOf(bytes),
    required: [text],
  };
}

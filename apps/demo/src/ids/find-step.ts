import type { Step } from '@stepwell/core';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { plainText } from '../output/plain-text.ts';
import { fitsId } from './fits-id.ts';

/**
 * The step that `reference` means: by its name, else its index, else its id or a part of that.
 * @throws CommandError when there is none, or more than one
 */
export function findStep(steps: readonly Step[], reference: string): Step {
  const ways: readonly ((step: Step) => boolean)[] = [
    (step) => step.id === reference,
    (step) => step.name === reference,
    (step) => String(step.index) === reference,
    (step) => fitsId(step.id, reference),
  ];
  for (const fits of ways) {
    const [first, second] = steps.filter(fits);
    if (first === undefined) continue;
    if (second === undefined) return first;
    throw new CommandError(
      'AMBIGUOUS',
      exitCodes.negative,
      `several steps fit ${quoted(reference)}; name one by its index: ${indices(steps.filter(fits))}`,
    );
  }
  throw new CommandError('NO_SUCH_STEP', exitCodes.negative, `no step ${quoted(reference)} in this run`);
}

function indices(steps: readonly Step[]): string {
  return steps.map(({ index }) => index).join(', ');
}

function quoted(reference: string): string {
  return JSON.stringify(plainText(reference));
}

import type { Execution, RecordView } from '@stepwell/core';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { plainText } from '../output/plain-text.ts';
import { fitsId, minimumLength } from './fits-id.ts';
import { shortId } from './short-id.ts';

/** How many candidates are named when several fit. */
const named = 5;

/**
 * The run that `reference` means: `latest`, an id, or the beginning or the end of one.
 * @throws CommandError when there is none, or more than one
 */
export async function findExecution(
  records: Pick<RecordView, 'get' | 'list'>,
  reference: string,
): Promise<Execution> {
  // An id that somebody chose comes first, even if it is `latest`. The longest id there can be is 1024 characters.
  const exact =
    reference.length > 0 && reference.length <= 1024 ? await records.get('execution', reference) : undefined;
  if (exact !== undefined) return exact;
  if (reference === 'latest') {
    for await (const newest of records.list('execution', { limit: 1 })) return newest;
    throw none('there are no runs yet; record one: stepwell run -- <command>');
  }
  if (reference.length < minimumLength) {
    throw none(`no run ${quoted(reference)}; part of an id is at least ${minimumLength} characters of it`);
  }
  const found: Execution[] = [];
  for await (const execution of records.list('execution')) {
    if (fitsId(execution.id, reference) && found.push(execution) > named) break;
  }
  const [only] = found;
  if (only === undefined) throw none(`no run ${quoted(reference)}; see: stepwell ls`);
  if (found.length === 1) return only;
  throw new CommandError(
    'AMBIGUOUS',
    exitCodes.negative,
    `several runs fit ${quoted(reference)}: ${listOf(found)}`,
  );
}

function none(message: string): CommandError {
  return new CommandError('NO_SUCH_RUN', exitCodes.negative, message);
}

function quoted(reference: string): string {
  return JSON.stringify(plainText(reference).slice(0, 100).toWellFormed());
}

function listOf(executions: readonly Execution[]): string {
  const shown = executions.slice(0, named).map(({ id, name }) => `${shortId(id)} (${plainText(name)})`);
  return `${shown.join(', ')}${executions.length > named ? ', …' : ''}`;
}

import { isStoreError } from '../errors/store-error.ts';
import { describe, invalid } from '../validation/check-value.ts';
import type { ExecutionOptions, StepOptions } from './recorder.ts';

export const executionFields: ReadonlySet<keyof ExecutionOptions> = new Set([
  'id',
  'name',
  'command',
  'workingDirectory',
  'environment',
  'user',
  'tags',
  'metadata',
  'retentionDays',
]);

export const stepFields: ReadonlySet<keyof StepOptions> = new Set([
  'id',
  'name',
  'description',
  'estimatedDuration',
  'stopOnError',
  'metadata',
]);

/**
 * What is said of an execution or a step when it begins; a name alone will do.
 * @throws `INVALID_ARGUMENT` for a field that is not the caller's to say, like `status`
 */
export function checkInit<Options extends { readonly name: string }>(
  init: string | Options,
  fields: ReadonlySet<keyof Options>,
  what: string,
): Options {
  // A name alone is all that either kind of options demands.
  if (typeof init === 'string') return { name: init } as Options;
  if (typeof init !== 'object' || init === null)
    throw invalid(`${what} begins with its name, not ${describe(init)}`);
  try {
    // `undefined` says nothing: a default must not give way to it.
    const said = Object.entries(init).filter(([, value]) => value !== undefined);
    const unknown = said.find(([field]) => !fields.has(field as keyof Options));
    if (unknown !== undefined) {
      const known = [...fields].join(', ');
      throw invalid(`${what} cannot begin with ${JSON.stringify(unknown[0])}; it can with ${known}`);
    }
    // Every field was looked up; the values are checked where they become ops.
    return Object.fromEntries(said) as Options;
  } catch (error) {
    if (isStoreError(error)) throw error;
    throw invalid(`what ${what} begins with cannot be read: ${String(error)}`, {}, error);
  }
}

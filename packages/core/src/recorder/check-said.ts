import type { Execution } from '../records/execution.ts';
import type { Step } from '../records/step.ts';
import { checkJsonObject, describe, invalid, quote } from '../validation/check-value.ts';
import { readGiven, unreadable } from '../validation/copy-json.ts';
import type { ArtifactOptions, ExecutionOptions, StepOptions } from './recorder.ts';

/*
 * What a caller may say of each thing that is recorded. The rest is the recorder's: a status or an id that came in with an
 * update would be stored as if it were true.
 */

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

export const artifactFields: ReadonlySet<keyof ArtifactOptions> = new Set([
  'name',
  'description',
  'type',
  'mimeType',
  'tags',
  'isPublic',
  'retentionDays',
  'metadata',
  'content',
]);

/** What of an execution may change while it runs. */
export type ExecutionChanges = Partial<Pick<Execution, 'name' | 'tags' | 'metadata' | 'user'>>;
export const executionChanges: ReadonlySet<keyof ExecutionChanges> = new Set([
  'name',
  'tags',
  'metadata',
  'user',
]);

/** What of a step may change while it runs. */
export type StepChanges = Partial<Pick<Step, 'description' | 'estimatedDuration' | 'metadata'>>;
export const stepChanges: ReadonlySet<keyof StepChanges> = new Set([
  'description',
  'estimatedDuration',
  'metadata',
]);

/** What may be said of a failure beside its reason. */
export interface FailureOptions {
  readonly exitCode?: number;
}
export const failureFields: ReadonlySet<keyof FailureOptions> = new Set(['exitCode']);

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
  return typeof init === 'string' ? ({ name: init } as Options) : checkSaid(init, fields, what);
}

/**
 * The fields that were given, each read once; those that are `undefined` are left out, so that no default gives way to
 * them. Their values are checked where they become ops.
 *
 * @throws `INVALID_ARGUMENT` for a field that is not among `fields`, or what cannot be read
 */
export function checkSaid<Said>(said: Said, fields: ReadonlySet<keyof Said>, what: string): Said {
  if (typeof said !== 'object' || said === null) {
    throw invalid(`what is said of ${what} must be an object, not ${describe(said)}`);
  }
  try {
    const given = Object.entries(said).filter(([, value]) => value !== undefined);
    const unknown = given.find(([field]) => !fields.has(field as keyof Said));
    if (unknown !== undefined) {
      const known = [...fields].join(', ');
      throw invalid(`${what} does not take ${quote(unknown[0])}; it takes ${known}`);
    }
    // Every field was looked up.
    return Object.fromEntries(given) as Said;
  } catch (error) {
    throw unreadable(error);
  }
}

/** Metadata with what is new of it, key by key. @throws `INVALID_ARGUMENT` */
export function mergeMetadata<Metadata extends object>(
  metadata: Metadata,
  news: Metadata | undefined,
): Metadata {
  if (news === undefined) return metadata;
  readGiven(() => checkJsonObject(news, 'metadata'));
  return { ...metadata, ...news };
}

/** @throws `INVALID_ARGUMENT` unless `work` is a function: before anything is recorded of it */
export function checkWork(work: unknown): void {
  if (typeof work !== 'function')
    throw invalid(`the work to record must be a function, not ${describe(work)}`);
}

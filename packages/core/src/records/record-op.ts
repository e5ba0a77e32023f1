import { type Fact, factFields } from '../facts/fact.ts';
import { checkBoolean, describe, invalid } from '../validation/check-value.ts';
import { readGiven } from '../validation/copy-json.ts';
import { refuseOthers } from '../validation/refuse-others.ts';
import type { Artifact, ArtifactInit } from './artifact.ts';
import { newArtifact } from './artifact.ts';
import type { Execution, ExecutionInit } from './execution.ts';
import { newExecution } from './execution.ts';
import type { RecordKind } from './record-kind.ts';
import type { Step, StepInit } from './step.ts';
import { newStep } from './step.ts';

/** What a writer submits to a records backend. Make them with the functions below. */
export type RecordOp =
  | { readonly type: 'put'; readonly kind: 'execution'; readonly record: Execution; readonly resume: boolean }
  | { readonly type: 'put'; readonly kind: 'step'; readonly record: Step; readonly resume: boolean }
  | { readonly type: 'put'; readonly kind: 'artifact'; readonly record: Artifact; readonly resume: boolean }
  | { readonly type: 'remove'; readonly kind: RecordKind; readonly id: string }
  | { readonly type: 'put-fact'; readonly fact: Fact }
  | { readonly type: 'remove-fact'; readonly fact: Fact };

export interface PutOptions {
  /** Allows `interrupted → running`, see {@link canMove}. */
  readonly resume?: boolean;
}

/**
 * Stores an execution: new, or in place of the one with its id. Its steps and artifacts stay (SF-35).
 * @throws `INVALID_ARGUMENT` for what is no object, or cannot be read; each field is checked when it is written
 */
export function putExecution(execution: ExecutionInit, options: PutOptions = {}): RecordOp {
  const [record, resume] = readGiven(() => [newExecution(execution), resumeOf(options)] as const);
  return { type: 'put', kind: 'execution', record, resume };
}

/** Stores a step; its execution must be there, else `CONSTRAINT`. @throws as {@link putExecution} */
export function putStep(step: StepInit, options: PutOptions = {}): RecordOp {
  const [record, resume] = readGiven(() => [newStep(step), resumeOf(options)] as const);
  return { type: 'put', kind: 'step', record, resume };
}

const putOptions: ReadonlySet<string> = new Set(['resume']);

function resumeOf(options: PutOptions): boolean {
  if (typeof options !== 'object' || options === null)
    throw invalid(`put options must be an object, not ${describe(options)}`);
  refuseOthers(options, putOptions, 'a put option');
  const { resume = false } = options;
  checkBoolean(resume, 'resume');
  return resume;
}

/**
 * Stores what is known of an artifact; its execution, and its step if it names one, must be there, else `CONSTRAINT`.
 * @throws as {@link putExecution}
 */
export function putArtifact(artifact: ArtifactInit): RecordOp {
  return { type: 'put', kind: 'artifact', record: readGiven(() => newArtifact(artifact)), resume: false };
}

/**
 * Removes a record; the steps and artifacts of an execution go with it, the artifacts of a step stay with the
 * execution. Removing what is not there does nothing.
 */
export function remove(kind: RecordKind, id: string): RecordOp {
  return { type: 'remove', kind, id };
}

/** Stores a fact. Storing it again changes nothing. @throws `INVALID_ARGUMENT` for a field that no fact has */
export function putFact(fact: Fact): RecordOp {
  return {
    type: 'put-fact',
    fact: termsOf(fact),
  };
}

/** Removes a fact; it can be stored again later. @throws as {@link putFact} */
export function removeFact(fact: Fact): RecordOp {
  return {
    type: 'remove-fact',
    fact: termsOf(fact),
  };
}

/** The three terms and nothing else. What is no fact is refused when it is written. */
function termsOf(fact: Fact): Fact {
  return readGiven(() => {
    const { subject, predicate, object } = Object(fact) as Fact;
    refuseOthers(fact, factFields, 'a fact');
    return { subject, predicate, object };
  });
}

import {
  type Artifact,
  canMove,
  checkOwner,
  type Execution,
  type Fact,
  type RecordKind,
  type RecordOp,
  type Step,
  type StepStatus,
  StoreError,
  transitionError,
} from '@stepwell/core';
import type { RecordState } from './record-state.ts';

/** A record, or a fact, that an op changed. The id of a fact is the JSON array of its three terms. */
export interface Touched {
  readonly kind: RecordKind | 'fact';
  readonly id: string;
}

export type Touch = (kind: Touched['kind'], id: string) => void;

/**
 * The state after one op: the rules of records, said once and plainly.
 * @throws `INVALID_TRANSITION`, `CONSTRAINT`; then there is no new state, and so nothing to undo
 */
export function applyRecordOp(state: RecordState, op: RecordOp, touch: Touch): RecordState {
  switch (op.type) {
    case 'put':
      touch(op.kind, op.record.id);
      if (op.kind === 'execution') return putExecution(state, op.record, op.resume);
      if (op.kind === 'step') return putStep(state, op.record, op.resume);
      return putArtifact(state, op.record);
    case 'remove':
      if (!state[op.kind].has(op.id)) return state;
      touch(op.kind, op.id);
      if (op.kind === 'execution') return removeExecution(state, op.id, touch);
      if (op.kind === 'step') return removeStep(state, op.id, touch);
      return { ...state, artifact: state.artifact.delete(op.id) };
    case 'put-fact':
      touch('fact', factId(op.fact));
      return { ...state, facts: state.facts.set(op.fact, op.fact) };
    case 'remove-fact':
      if (!state.facts.has(op.fact)) return state;
      touch('fact', factId(op.fact));
      return { ...state, facts: state.facts.delete(op.fact) };
  }
}

/** Whether what was touched is there in `state`: it was put, and not removed. */
export function hasTouched(state: RecordState, { kind, id }: Touched): boolean {
  if (kind !== 'fact') return state[kind].has(id);
  const [subject, predicate, object] = JSON.parse(id) as [string, string, string];
  return state.facts.has({ subject, predicate, object });
}

function factId(fact: Fact): string {
  return JSON.stringify([fact.subject, fact.predicate, fact.object]);
}

function putExecution(state: RecordState, record: Execution, resume: boolean): RecordState {
  checkMove('execution', record, state.execution.get(record.id), resume);
  return { ...state, execution: state.execution.set(record.id, structuredClone(record)) };
}

function putStep(state: RecordState, record: Step, resume: boolean): RecordState {
  requireExecution(state, `step ${record.id}`, record.executionId);
  const stored = state.step.get(record.id);
  if (stored !== undefined) checkOwner('step', record, stored.executionId);
  checkMove('step', record, stored, resume);
  for (const other of state.step.values()) {
    if (other.executionId === record.executionId && other.index === record.index && other.id !== record.id) {
      throw new StoreError(
        'CONSTRAINT',
        `step ${record.id}: index ${record.index} is taken by step ${other.id}`,
      );
    }
  }
  return { ...state, step: state.step.set(record.id, structuredClone(record)) };
}

function putArtifact(state: RecordState, record: Artifact): RecordState {
  requireExecution(state, `artifact ${record.id}`, record.executionId);
  const stored = state.artifact.get(record.id);
  if (stored !== undefined) checkOwner('artifact', record, stored.executionId);
  if (record.stepId !== null && !state.step.has(record.stepId)) {
    throw new StoreError('CONSTRAINT', `artifact ${record.id}: there is no step ${record.stepId}`);
  }
  return { ...state, artifact: state.artifact.set(record.id, structuredClone(record)) };
}

function removeExecution(state: RecordState, id: string, touch: Touch): RecordState {
  let next: RecordState = { ...state, execution: state.execution.delete(id) };
  for (const artifact of state.artifact.values()) {
    if (artifact.executionId !== id) continue;
    touch('artifact', artifact.id);
    next = { ...next, artifact: next.artifact.delete(artifact.id) };
  }
  for (const step of state.step.values()) {
    if (step.executionId !== id) continue;
    touch('step', step.id);
    next = removeStep(next, step.id, touch);
  }
  return next;
}

/** Artifacts outlive their step: they stay with the execution and forget the step. */
function removeStep(state: RecordState, id: string, touch: Touch): RecordState {
  let { artifact } = state;
  for (const orphan of state.artifact.values()) {
    if (orphan.stepId !== id) continue;
    touch('artifact', orphan.id);
    artifact = artifact.set(orphan.id, { ...orphan, stepId: null });
  }
  return { ...state, step: state.step.delete(id), artifact };
}

function requireExecution(state: RecordState, who: string, executionId: string): void {
  if (!state.execution.has(executionId)) {
    throw new StoreError('CONSTRAINT', `${who}: there is no execution ${executionId}`);
  }
}

function checkMove(
  kind: string,
  record: { readonly id: string; readonly status: StepStatus },
  stored: { readonly status: StepStatus } | undefined,
  resume: boolean,
): void {
  if (stored !== undefined && !canMove(stored.status, record.status, { resume })) {
    throw transitionError(kind, record.id, stored.status, record.status);
  }
}

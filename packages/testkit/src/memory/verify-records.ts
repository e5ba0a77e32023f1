import type { Problem } from '@stepwell/core';
import type { RecordState } from './record-state.ts';

/** What no sequence of ops can bring about. */
export function verifyRecords(state: RecordState): Problem[] {
  const problems: Problem[] = [];
  const report = (id: string, where: string, message: string): void => {
    problems.push({ id, where, message });
  };
  const places = new Set<string>();
  for (const step of state.step.values()) {
    if (!state.execution.has(step.executionId))
      report('records.step.orphan', step.id, 'its execution is not there');
    const place = JSON.stringify([step.executionId, step.index]);
    if (places.has(place)) report('records.step.index', step.id, `another step has index ${step.index}`);
    places.add(place);
  }
  for (const artifact of state.artifact.values()) {
    if (!state.execution.has(artifact.executionId)) {
      report('records.artifact.orphan', artifact.id, 'its execution is not there');
    }
    if (artifact.stepId !== null && !state.step.has(artifact.stepId)) {
      report('records.artifact.step', artifact.id, 'its step is not there');
    }
  }
  return problems;
}

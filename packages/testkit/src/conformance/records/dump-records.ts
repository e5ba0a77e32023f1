import {
  type Artifact,
  type Execution,
  type Fact,
  type RecordView,
  type Step,
  toArray,
} from '@stepwell/core';

/** Everything that a view shows, for comparing whole states. */
export interface RecordDump {
  readonly executions: readonly Execution[];
  readonly steps: readonly Step[];
  readonly artifacts: readonly Artifact[];
  readonly facts: readonly string[];
}

export async function dumpRecords(view: RecordView): Promise<RecordDump> {
  return {
    executions: await toArray(view.list('execution')),
    steps: await toArray(view.list('step')),
    artifacts: await toArray(view.list('artifact')),
    facts: sortedFacts(await view.facts().all()),
  };
}

/** Facts have no order of their own. */
export function sortedFacts(facts: readonly Fact[]): string[] {
  return facts.map(({ subject, predicate, object }) => JSON.stringify([subject, predicate, object])).sort();
}

import type { Artifact, Change, Epoch, Execution, Fact, Head, Step } from '@stepwell/core';
import { uuidv7 } from '@stepwell/core';
import { compareText } from './compare-text.ts';
import { SortedMap } from './sorted-map.ts';

/** One state of all records. Immutable: a commit replaces the whole, a pin keeps it. */
export interface RecordState {
  readonly head: Head;
  readonly execution: SortedMap<string, Execution>;
  readonly step: SortedMap<string, Step>;
  readonly artifact: SortedMap<string, Artifact>;
  readonly facts: SortedMap<Fact, Fact>;
  /** How long each log stream is, and since which commit: what a leader remembers for its follower. */
  readonly extents: SortedMap<string, { readonly last: number; readonly epoch: Epoch }>;
  /** What each commit of the kept history did, for followers and for S8. */
  readonly commits: SortedMap<Epoch, CommitRecord>;
  /** S8: at which commit each transaction id was applied. */
  readonly applied: SortedMap<string, Epoch>;
}

export interface CommitRecord {
  readonly change: Change;
  readonly transactionIds: readonly string[];
}

/** A new store, before its first commit. */
export function emptyRecordState(): RecordState {
  return {
    head: { epoch: 0, lineage: uuidv7(), marks: {} },
    execution: new SortedMap(compareText),
    step: new SortedMap(compareText),
    artifact: new SortedMap(compareText),
    facts: new SortedMap(compareFact),
    extents: new SortedMap(compareText),
    commits: new SortedMap<Epoch, CommitRecord>((a, b) => a - b),
    applied: new SortedMap(compareText),
  };
}

function compareFact(a: Fact, b: Fact): number {
  return (
    compareText(a.subject, b.subject) ||
    compareText(a.predicate, b.predicate) ||
    compareText(a.object, b.object)
  );
}

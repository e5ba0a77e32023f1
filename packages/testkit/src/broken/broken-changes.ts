import type { Change, RecordOp, RecordView } from '@stepwell/core';
import type { Broken } from './broken-driver.ts';

/** Breaks what followers are told. */
function telling(
  name: string,
  caughtBy: RegExp,
  mistake: (changes: AsyncIterable<Change>) => AsyncIterable<Change>,
): Broken<RecordView, RecordOp> {
  return {
    name,
    caughtBy,
    breaks: (inner) => ({
      changes: (since, options) => mistake(inner.changes?.(since, options) ?? noChanges()),
    }),
  };
}

async function* noChanges(): AsyncGenerator<Change> {}

/** Mistakes in the history of commits. */
export const brokenChanges: readonly Broken<RecordView, RecordOp>[] = [
  telling('skips every third commit', /^S3: a follower goes on from any change/, async function* (changes) {
    for await (const change of changes) if (change.epoch % 3 !== 0) yield change;
  }),
  telling('tells each commit twice', /^S3: the changes after a cursor/, async function* (changes) {
    for await (const change of changes) yield* [change, change];
  }),
  telling('keeps silent about removals', /^S3: the changes after a cursor/, async function* (changes) {
    for await (const change of changes) yield { ...change, removed: {} };
  }),
  telling(
    'forgets what went with an execution',
    /^S3: what goes with a removed execution/,
    async function* (changes) {
      for await (const change of changes) {
        const { execution = [] } = change.removed;
        yield { ...change, removed: execution.length > 0 ? { execution } : change.removed };
      }
    },
  ),
  {
    name: 'takes any cursor',
    caughtBy: /^S3: a cursor of elsewhere/,
    breaks: (inner, disk) => ({
      changes: (_, options) => inner.changes?.(`${disk.records?.head.lineage}.0`, options) ?? noChanges(),
    }),
  },
];

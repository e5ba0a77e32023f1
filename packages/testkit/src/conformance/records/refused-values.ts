import assert from 'node:assert/strict';
import { putFact, type RecordOp, remove } from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { artifact, execution, step } from './samples.ts';

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

/** Fields as untyped callers pass them. */
function bad(fields: Record<string, unknown>): never {
  return fields as never;
}

/** What no store can give back as it went in, and why it is told apart. */
const refused: Readonly<Record<string, RecordOp>> = {
  'an empty id': execution(''),
  'an id of 1025 characters': execution('x'.repeat(1025)),
  'an id that is a number': execution(bad([1] as never)),
  'NUL in a name': execution('e', { name: 'a\0b' }),
  'a lone surrogate in a name': execution('e', { name: '\ud800' }),
  'a name that is missing': execution('e', bad({ name: undefined })),
  'a time that is no integer': execution('e', { createdAt: 1.5 }),
  'a time before 1970': execution('e', { createdAt: -1 }),
  'a time that is NaN': execution('e', { startedAt: Number.NaN }),
  'a time beyond Date': execution('e', { completedAt: 8.64e15 + 1 }),
  'an exit code that is no safe integer': execution('e', { exitCode: 2 ** 53 }),
  'an unknown status': execution('e', bad({ status: 'done' })),
  'a status that only steps have': execution('e', bad({ status: 'skipped' })),
  'more completed steps than steps': execution('e', { totalSteps: 1, completedSteps: 2 }),
  'tags that are no array': execution('e', bad({ tags: 'a' })),
  'an empty tag': execution('e', { tags: [''] }),
  'an environment that holds a number': execution('e', bad({ environment: { A: 1 } })),
  'metadata that is an array': execution('e', bad({ metadata: [] })),
  'metadata with undefined': execution('e', bad({ metadata: { a: undefined } })),
  'metadata with a function': execution('e', bad({ metadata: { a: () => 1 } })),
  'metadata with a bigint': execution('e', bad({ metadata: { a: 1n } })),
  'metadata with NaN': execution('e', bad({ metadata: { a: Number.NaN } })),
  'metadata with Infinity': execution('e', bad({ metadata: { a: Number.POSITIVE_INFINITY } })),
  'metadata with -0': execution('e', bad({ metadata: { a: -0 } })),
  'metadata with a Date': execution('e', bad({ metadata: { a: new Date(0) } })),
  'metadata with a cycle': execution('e', bad({ metadata: cyclic })),
  'metadata with a lone surrogate in a key': execution('e', bad({ metadata: { '\udc00': 1 } })),
  'a step index below zero': step('s', 'good', -1),
  'a step without an execution id': step('s', '', 0),
  'stopOnError that is no boolean': step('s', 'good', 0, bad({ stopOnError: 1 })),
  'an artifact of a negative size': artifact('a', 'good', { fileSize: -1 }),
  'an artifact of an unknown type': artifact('a', 'good', bad({ type: 'film' })),
  'a hash that is none': artifact('a', 'good', { hash: 'E3B0' }),
  'a fact without a subject': putFact({ subject: '', predicate: 'p', object: 'o' }),
  'a fact whose object is a number': putFact(bad({ subject: 's', predicate: 'p', object: 1 })),
  'a fact with NUL': putFact({ subject: 's\0', predicate: 'p', object: 'o' }),
  'an unknown kind': remove('lease' as never, 'x'),
  'an empty id to remove': remove('step', ''),
  'an unknown op': bad({ type: 'truncate' }),
  'no op at all': null as never,
};

export const refusedValues: RecordGroup = recordGroup('values that cannot be stored', {
  'S11: each one is INVALID_ARGUMENT and nothing of its batch is stored': async (bed) => {
    const store = await bed.open();
    for (const [what, op] of Object.entries(refused)) {
      await rejectsWith('INVALID_ARGUMENT', async () => await store.write([execution('good'), op]), what);
    }
    await store.withSnapshot(async ({ epoch, view }) => {
      assert.equal(epoch, 0, 'a refusal spends no epoch');
      assert.equal(await view.count('execution'), 0);
    });
  },

  'S11: the store goes on after a refusal': async (bed) => {
    const store = await bed.open();
    await rejectsWith('INVALID_ARGUMENT', async () => await store.write([execution('')]));
    const { epoch } = await store.write([execution('good')]);
    assert.equal(epoch, 1);
  },
});

import assert from 'node:assert/strict';
import {
  type JsonObject,
  newArtifact,
  newExecution,
  newStep,
  putArtifact,
  putExecution,
  putStep,
  type RecordOp,
  toArray,
} from '@stepwell/core';
import fc from 'fast-check';
import { anyKey, anyText, hostileKeys } from '../support/arbitrary-text.ts';
import { checkProperty } from '../support/check-property.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { artifact, execution, fullArtifact, fullExecution, fullStep, someTime, step } from './samples.ts';

/** JSON as it comes out of a parser, in which `__proto__` is a key like any other. */
const anyMetadata: fc.Arbitrary<JsonObject> = fc
  .dictionary(anyText, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

export const roundTrip: RecordGroup = recordGroup('records come back as they went in', {
  'S1: every field of an execution, a step and an artifact comes back': async (bed) => {
    const store = await bed.open();
    await store.write([putExecution(fullExecution), putStep(fullStep), putArtifact(fullArtifact)]);
    await store.withSnapshot(async ({ view }) => {
      assert.deepStrictEqual(await view.get('execution', fullExecution.id), fullExecution);
      assert.deepStrictEqual(await view.get('step', fullStep.id), fullStep);
      assert.deepStrictEqual(await view.get('artifact', fullArtifact.id), fullArtifact);
      assert.equal(await view.get('execution', 'nobody'), undefined);
      assert.equal(await view.get('step', fullExecution.id), undefined, 'kinds have ids of their own');
    });
  },

  'S1: what is left out comes back as its default, and null stays apart from empty': async (bed) => {
    const bare = { id: 'bare', name: '', createdAt: 0 };
    const empty = { ...bare, id: 'empty', command: '', workingDirectory: '', errorMessage: '', user: '' };
    const bareStep = { id: 's', executionId: 'bare', name: '', index: 0, createdAt: 0 };
    const bareArtifact = { id: 'a', executionId: 'bare', name: '', filePath: '', createdAt: 0 };
    const store = await bed.open();
    await store.write([
      putExecution(bare),
      putExecution(empty),
      putStep(bareStep),
      putArtifact(bareArtifact),
    ]);
    await store.withSnapshot(async ({ view }) => {
      assert.deepStrictEqual(await view.get('execution', 'bare'), newExecution(bare));
      assert.deepStrictEqual(await view.get('execution', 'empty'), newExecution(empty));
      assert.deepStrictEqual(await view.get('step', 's'), newStep(bareStep));
      assert.deepStrictEqual(await view.get('artifact', 'a'), newArtifact(bareArtifact));
    });
  },

  'S1: the largest and smallest numbers come back exactly': async (bed) => {
    const max = Number.MAX_SAFE_INTEGER;
    const min = Number.MIN_SAFE_INTEGER;
    const metadata = {
      max,
      min,
      huge: Number.MAX_VALUE,
      tiny: Number.MIN_VALUE,
      third: 1 / 3,
      half: -0.5,
      zero: 0,
    };
    const store = await bed.open();
    await store.write([
      execution('e', { createdAt: 8.64e15, exitCode: min, totalSteps: max, completedSteps: max, metadata }),
      step('s', 'e', max, { estimatedDuration: max, exitCode: max }),
      artifact('a', 'e', { fileSize: max, retentionDays: max }),
    ]);
    await store.withSnapshot(async ({ view }) => {
      const stored = await view.get('execution', 'e');
      assert.deepStrictEqual(stored?.metadata, metadata);
      assert.deepStrictEqual(
        [stored?.createdAt, stored?.exitCode, stored?.completedSteps],
        [8.64e15, min, max],
      );
      const storedStep = await view.get('step', 's');
      assert.deepStrictEqual(
        [storedStep?.index, storedStep?.estimatedDuration, storedStep?.exitCode],
        [max, max, max],
      );
      assert.equal((await view.get('artifact', 'a'))?.fileSize, max);
    });
  },

  'S1: keys of the prototype are keys like any other in metadata and environment': async (bed) => {
    const metadata = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":null}',
    ) as JsonObject;
    const environment = JSON.parse('{"__proto__":"x","constructor":"y","PATH":"z"}') as Record<
      string,
      string
    >;
    const store = await bed.open();
    await store.write([execution('e', { metadata, environment }), step('s', 'e', 0, { metadata })]);
    await store.withSnapshot(async ({ view }) => {
      const stored = await view.get('execution', 'e');
      assert.deepStrictEqual(stored?.metadata, metadata);
      assert.deepStrictEqual(stored.environment, environment);
      assert.deepStrictEqual(Object.keys(stored.environment), Object.keys(environment));
      assert.deepStrictEqual((await view.get('step', 's'))?.metadata, metadata);
    });
    assert.equal(
      ({} as { polluted?: unknown }).polluted,
      undefined,
      'reading must not change Object.prototype',
    );
  },

  'S1: hostile ids are ids, each apart from every other': async (bed) => {
    const store = await bed.open();
    await store.write(
      hostileKeys.map((id, place) => execution(id, { createdAt: someTime + place, name: id })),
    );
    await store.withSnapshot(async ({ view }) => {
      assert.equal(await view.count('execution'), hostileKeys.length);
      for (const [place, id] of hostileKeys.entries()) {
        const stored = await view.get('execution', id);
        assert.deepStrictEqual([stored?.id, stored?.name, stored?.createdAt], [id, id, someTime + place]);
      }
    });
  },

  'S1: a text of a million characters comes back whole': async (bed) => {
    const long = 'añb😀'.repeat(200_000);
    const store = await bed.open();
    await store.write([execution('e', { name: long, metadata: { long } })]);
    await store.withSnapshot(async ({ view }) => {
      const stored = await view.get('execution', 'e');
      assert.ok(stored?.name === long && stored.metadata.long === long);
    });
  },

  'S1: any text and any JSON comes back (property)': async (bed) => {
    const store = await bed.open();
    const fields = fc.record({
      id: anyKey,
      name: anyText,
      command: fc.option(anyText),
      environment: fc.dictionary(anyText, anyText, { maxKeys: 3, noNullPrototype: true }),
      tags: fc.array(anyKey, { maxLength: 3 }),
      metadata: anyMetadata,
      createdAt: fc.integer({ min: 0, max: 8.64e15 }),
    });
    await checkProperty(
      fc.asyncProperty(fields, async (init) => {
        await store.write([putExecution(init)]);
        const stored = await store.withSnapshot(async ({ view }) => await view.get('execution', init.id));
        assert.deepStrictEqual(stored, newExecution(init));
      }),
      60,
    );
  },

  'S4: neither what was written nor what was read is shared with the caller': async (bed) => {
    const tags = ['before'];
    const metadata = { list: ['before'] };
    const store = await bed.open();
    await store.write([execution('e', { tags, metadata })]);
    tags.push('after');
    metadata.list.push('after');
    await store.withSnapshot(async ({ view }) => {
      const first = await view.get('execution', 'e');
      assert.deepStrictEqual([first?.tags, first?.metadata], [['before'], { list: ['before'] }]);
      assert.ok(first !== undefined);
      (first.tags as string[]).push('meddled');
      (first.metadata.list as string[]).push('meddled');
      const second = await view.get('execution', 'e');
      assert.deepStrictEqual([second?.tags, second?.metadata], [['before'], { list: ['before'] }]);
    });
  },

  'S4: an op by hand is stored as it was when `write` was called, whatever its giver does with it then':
    async (bed) => {
      const store = await bed.open();
      // Behind a commit under way, so that the ops wait in the queue.
      const first = store.write([execution('first')]);
      const record = {
        ...fullExecution,
        tags: ['before'],
        environment: { KEY: 'before' },
        metadata: { list: ['before'] },
      };
      const expected = structuredClone(record);
      const fact = { subject: 's', predicate: 'p', object: 'before' };
      const putRecord = { type: 'put', kind: 'execution', record, resume: false } as const;
      const putFact = { type: 'put-fact', fact } as const;
      const remove = { type: 'remove', kind: 'execution', id: 'first' } as const;
      const ops: RecordOp[] = [putRecord, putFact, remove];
      const second = store.write(ops);
      record.tags[0] = 'after';
      record.environment.KEY = 'after';
      record.metadata.list.push('after');
      Object.assign(record, { id: 'other', name: 'after' });
      Object.assign(fact, { object: 'after' });
      Object.assign(putRecord, { record: { ...record } });
      Object.assign(putFact, { fact: { ...fact } });
      Object.assign(remove, { id: 'other' });
      ops.length = 0;
      await first;
      await second;
      await store.withSnapshot(async ({ view }) => {
        assert.deepStrictEqual(await toArray(view.list('execution')), [expected]);
        assert.deepStrictEqual(await view.facts({ subject: 's' }).all(), [
          { subject: 's', predicate: 'p', object: 'before' },
        ]);
      });
    },
});

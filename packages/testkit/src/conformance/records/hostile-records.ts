import assert from 'node:assert/strict';
import {
  type Execution,
  type JsonObject,
  newExecution,
  putArtifact,
  putExecution,
  putFact,
  putStep,
  type RecordKind,
  type RecordOp,
  remove,
  removeFact,
  toArray,
} from '@stepwell/core';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { execution, fullArtifact, fullExecution, fullStep, someTime } from './samples.ts';

class Rich {
  readonly x = 1;
}

const revoked = Proxy.revocable({}, {});
revoked.revoke();

function thrower(): never {
  throw new Error('no');
}

/** What no field takes, whatever its type. */
const nowhere: Readonly<Record<string, unknown>> = {
  undefined,
  'a symbol': Symbol('x'),
  'a bigint': 1n,
  'a function': thrower,
  'a Date': new Date(0),
  'a RegExp': /x/,
  'a Map': new Map([['a', 1]]),
  'a Set': new Set(['a']),
  bytes: new Uint8Array(1),
  'a boxed text': Object('x'),
  'an instance of a class': new Rich(),
  'a promise': Promise.resolve('x'),
  'a revoked proxy': revoked.proxy,
  'a proxy that throws': new Proxy({}, { get: thrower, ownKeys: thrower, getPrototypeOf: thrower }),
  'an object without a readable constructor': { constructor: { name: Symbol('x') } },
  'a getter that throws': Object.defineProperty({}, 'x', { get: thrower, enumerable: true }),
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '2^53 + 2': 2 ** 53 + 2,
  'minus zero': -0,
  'an array with a hole': new Array(1),
  'an array of four thousand million holes': new Array(2 ** 32 - 1),
};

const full: Readonly<Record<RecordKind, object>> = {
  execution: fullExecution,
  step: fullStep,
  artifact: fullArtifact,
};

function put(kind: RecordKind, record: object): RecordOp {
  if (kind === 'execution') return putExecution(record as never);
  return kind === 'step' ? putStep(record as never) : putArtifact(record as never);
}

/** An object that holds an object, so many levels deep. */
function nested(levels: number): JsonObject {
  let value: JsonObject = { bottom: true };
  for (let level = 0; level < levels; level += 1) value = { deeper: value };
  return value;
}

export const hostileRecords: RecordGroup = recordGroup('records of any kind', {
  'S11: whatever stands in whatever field, it is INVALID_ARGUMENT and nothing is stored': async (bed) => {
    const store = await bed.open();
    for (const [kind, record] of Object.entries(full) as [RecordKind, object][]) {
      for (const field of Object.keys(record)) {
        for (const [what, value] of Object.entries(nowhere)) {
          await rejectsWith(
            'INVALID_ARGUMENT',
            async () => await store.write([execution('good'), put(kind, { ...record, [field]: value })]),
            `${kind} whose ${field} is ${what}`,
          );
        }
      }
    }
    await store.withSnapshot(async ({ epoch, view }) => {
      assert.deepStrictEqual([epoch, await view.count('execution')], [0, 0]);
    });
  },

  'S11: what is no record, no fact and no op is INVALID_ARGUMENT': async (bed) => {
    const store = await bed.open();
    for (const [what, value] of [
      ...Object.entries(nowhere),
      ['null', null],
      ['a text', 'x'],
      ['an array', []],
    ]) {
      const given = value as never;
      const makers = [putExecution, putStep, putArtifact, putFact, removeFact, (op: never) => op];
      for (const make of makers) {
        await rejectsWith('INVALID_ARGUMENT', async () => await store.write([make(given)]), String(what));
      }
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await store.write([remove(given, 'x')]),
        String(what),
      );
      if (value !== 'x')
        await rejectsWith(
          'INVALID_ARGUMENT',
          async () => await store.write([remove('step', given)]),
          String(what),
        );
    }
    const throws = {
      type: 'remove',
      kind: 'step',
      get id() {
        return thrower();
      },
    };
    await rejectsWith('INVALID_ARGUMENT', async () => await store.write([throws as never]));
    await rejectsWith('INVALID_ARGUMENT', () =>
      putExecution({ id: 'e', name: 'n', createdAt: 0 }, null as never),
    );
    const ops = [execution('good'), execution('lost'), execution('e')];
    delete ops[1];
    await rejectsWith('INVALID_ARGUMENT', async () => await store.write(ops), 'a hole among the ops');
  },

  'S1: JSON of a hundred levels comes back, one level more is INVALID_ARGUMENT': async (bed) => {
    const store = await bed.open();
    // The metadata itself is level 0, and what stands in the last object one more.
    const deepest = nested(99);
    await store.write([execution('e', { metadata: deepest })]);
    const stored = await store.withSnapshot(async ({ view }) => await view.get('execution', 'e'));
    assert.deepStrictEqual(stored?.metadata, deepest);
    for (const levels of [100, 1_000, 20_000])
      await rejectsWith(
        'INVALID_ARGUMENT',
        async () => await store.write([execution('f', { metadata: nested(levels) })]),
      );
    let list: unknown = [];
    for (let level = 0; level < 20_000; level += 1) list = [list];
    await rejectsWith(
      'INVALID_ARGUMENT',
      async () => await store.write([execution('f', { metadata: { list } as never })]),
    );
  },

  'S1: texts of ten megabytes come back whole, of ASCII and of wide characters': async (bed) => {
    const store = await bed.open();
    const ascii = 'x'.repeat(10 * 1024 * 1024);
    const wide = '\u{1f600}'.repeat(1024 * 1024);
    await store.write([execution('e', { command: ascii, errorMessage: wide, metadata: { ascii } })]);
    await store.withSnapshot(async ({ view }) => {
      const stored = await view.get('execution', 'e');
      assert.ok(stored?.command === ascii && stored.errorMessage === wide && stored.metadata.ascii === ascii);
    });
    await rejectsWith(
      'INVALID_ARGUMENT',
      async () => await store.write([execution('f', { command: 'x'.repeat(16 * 1024 * 1024 + 1) })]),
    );
  },

  'S1: ten thousand tags, some of them twice, come back in their order, and each is found': async (bed) => {
    const store = await bed.open();
    const tags = Array.from({ length: 10_000 }, (_, place) => `tag ${place % 9_000}`);
    await store.write([execution('e', { tags }), execution('f', { tags: ['tag 1', 'tag 1'] })]);
    await store.withSnapshot(async ({ view }) => {
      assert.deepStrictEqual((await view.get('execution', 'e'))?.tags, tags);
      for (const tag of ['tag 0', 'tag 999', 'tag 8999']) {
        assert.deepStrictEqual(
          (await toArray(view.list('execution', { tag }))).map(({ id }) => id),
          ['e'],
        );
      }
      assert.equal(await view.count('execution', { tag: 'tag 1' }), 2, 'a repeated tag is no second record');
    });
    await store.write([execution('e', { tags: ['tag 8999'], createdAt: someTime + 1 })]);
    await store.withSnapshot(async ({ view }) => {
      assert.equal(await view.count('execution', { tag: 'tag 0' }), 0, 'tags that were taken off are off');
      assert.equal(await view.count('execution', { tag: 'tag 8999' }), 1);
    });
  },

  'S1: texts that look alike are different texts, as ids, names and tags': async (bed) => {
    const store = await bed.open();
    const alike = [
      'caf\u00e9',
      'cafe\u0301',
      'CAF\u00c9',
      'cafe',
      'caf\u00e9 ',
      '\u202ecaf\u00e9',
      'caf\u00e9\u200b',
      '\u05d0\u05d1\u05d2',
      '\u05d0\u05d1\u05d2\u200f',
      '\u{1f469}\u200d\u{1f4bb}',
      '\u{1f469}\u{1f4bb}',
      '\u212b',
      '\u00c5',
      'A\u030a',
      '\ufb01',
      'fi',
      'x\u0001',
      'x\u007f',
      'x\u2028',
    ];
    await store.write(
      alike.map((text) => execution(text, { name: text, tags: [text], metadata: { [text]: text } })),
    );
    await store.withSnapshot(async ({ view }) => {
      for (const text of alike) {
        assert.deepStrictEqual((await view.get('execution', text))?.metadata, { [text]: text });
        for (const query of [{ name: text }, { tag: text }, { ids: [text] }]) {
          const found = (await toArray(view.list('execution', query))).map(({ id }) => id);
          assert.deepStrictEqual(found, [text], JSON.stringify(query));
        }
      }
    });
  },

  'S1: ids of 1024 characters are told apart by the last, and removed by name': async (bed) => {
    const store = await bed.open();
    const ids = ['a', 'b', 'é'].map((end) => 'x'.repeat(1023) + end);
    await store.write(ids.map((id) => execution(id)));
    await store.write([remove('execution', ids[1] as string)]);
    const left = await store.withSnapshot(
      async ({ view }) => await toArray(view.list('execution', { order: 'oldest' })),
    );
    assert.deepStrictEqual(
      left.map(({ id }) => id),
      [ids[0], ids[2]],
    );
  },

  'S1: hostile ids are removed, each alone': async (bed) => {
    const store = await bed.open();
    const ids = [
      "'; DELETE FROM executions; --",
      '%',
      '_',
      '*',
      "' OR ''='",
      '__proto__',
      '?',
      '\\',
      'plain',
    ];
    await store.write(ids.map((id) => execution(id)));
    for (const [removed, id] of ids.entries()) {
      await store.write([remove('execution', id)]);
      assert.equal(
        await store.withSnapshot(async ({ view }) => await view.count('execution')),
        ids.length - removed - 1,
        id,
      );
    }
  },

  'S1: what a getter or a proxy answers when the record is made is what is stored': async (bed) => {
    const store = await bed.open();
    let reads = 0;
    const init = {
      id: 'e',
      createdAt: someTime,
      get name() {
        reads += 1;
        return `read ${reads}`;
      },
    };
    const proxied = new Proxy({ id: 'p', name: 'proxied', createdAt: someTime, tags: ['a'] }, {});
    await store.write([putExecution(init), putExecution(proxied)]);
    await store.withSnapshot(async ({ view }) => {
      const stored = (await view.get('execution', 'e')) as Execution;
      assert.match(stored.name, /^read \d$/);
      assert.deepStrictEqual(await view.get('execution', 'e'), stored);
      assert.deepStrictEqual(await view.get('execution', 'p'), newExecution({ ...proxied }));
    });
  },
});

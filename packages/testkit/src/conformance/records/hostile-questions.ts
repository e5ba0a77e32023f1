import assert from 'node:assert/strict';
import { type RecordKind, type RecordQuery, type RecordView, recordKinds, toArray } from '@stepwell/core';
import { hostileKeys } from '../support/arbitrary-text.ts';
import { rejectsWith } from '../support/rejects-with.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { expectedIds, libraryOps } from './list-model.ts';
import { artifact, execution, someTime, step } from './samples.ts';

function thrown(what: unknown): never {
  throw what;
}

class Question {
  get name(): string {
    return 'alpha';
  }
}

const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** What is no query: what it holds would be overlooked, and everything listed. */
const noQueries: Readonly<Record<string, unknown>> = {
  null: null,
  'a text': 'alpha',
  'a number': 7,
  'an array': ['alpha'],
  'a Map': new Map([['name', 'alpha']]),
  'a Date': new Date(),
  'an instance of a class': new Question(),
  'an object that inherits its fields': Object.create({ name: 'alpha' }),
  'a field that is a symbol': { [Symbol('name')]: 'alpha' },
  'the field __proto__': JSON.parse('{"__proto__": {"name": "alpha"}}'),
  'the field constructor': { constructor: 'alpha' },
  'a getter that throws': Object.defineProperty({}, 'name', {
    get: () => thrown(new Error('no')),
    enumerable: true,
  }),
  'a getter that throws no error': Object.defineProperty({}, 'name', { get: () => thrown(undefined) }),
  'a proxy that throws': new Proxy({}, { ownKeys: () => thrown(new RangeError('no')) }),
  'a proxy that is revoked': revoked.proxy,
};

/** What is no text that a record can hold. SQL turns some of it into text that another record holds. */
const noTexts: Readonly<Record<string, unknown>> = {
  'a number': 1,
  'a bigint': 1n,
  'a boolean': true,
  null: null,
  'a symbol': Symbol('x'),
  'a function': () => 'x',
  'an object': {},
  'a boxed text': Object('x'),
  'an object that becomes text': { toString: () => 'x', toJSON: () => 'x' },
  'an array': ['x'],
  bytes: new Uint8Array([120]),
  'a Date': new Date(0),
  'an object without a readable constructor': { constructor: { name: Symbol('x') } },
  'a revoked proxy': revoked.proxy,
  'a lone surrogate': '\ud800',
  'a lone surrogate within': 'a\udc00b',
  NUL: 'a\0b',
};

const noIntegers: readonly unknown[] = [
  null,
  '1',
  1.5,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 53 + 2,
  1n,
  Symbol('1'),
  new Date(),
  [1],
  { valueOf: () => 1 },
];

const textFields: Readonly<Record<RecordKind, readonly string[]>> = {
  execution: ['name', 'user', 'tag', 'session'],
  step: ['name', 'executionId'],
  artifact: ['name', 'executionId', 'stepId', 'tag'],
};

async function refusesQuery(view: RecordView, kind: RecordKind, query: unknown, what: string): Promise<void> {
  const asked = query as RecordQuery;
  await rejectsWith('INVALID_ARGUMENT', async () => await toArray(view.list(kind, asked)), `list: ${what}`);
}

async function refusesFilter(
  view: RecordView,
  kind: RecordKind,
  query: unknown,
  what: string,
): Promise<void> {
  await refusesQuery(view, kind, query, what);
  const asked = query as RecordQuery;
  await rejectsWith('INVALID_ARGUMENT', async () => await view.count(kind, asked), `count: ${what}`);
}

export const hostileQuestions: RecordGroup = recordGroup('questions of any kind', {
  'S11: what is no query is INVALID_ARGUMENT, never a query for everything': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      for (const kind of recordKinds) {
        for (const [what, query] of Object.entries(noQueries)) {
          await refusesFilter(view, kind, query, `${kind} by ${what}`);
          // A refused query must leave nothing behind that a good one meets.
          assert.equal((await toArray(view.list(kind))).length, expectedIds(kind, {}).length, what);
          assert.equal(await view.count(kind), expectedIds(kind, {}).length, what);
        }
      }
    });
  },

  'S11: what is no kind is INVALID_ARGUMENT': async (bed) => {
    const store = await bed.open();
    await store.withSnapshot(async ({ view }) => {
      const kinds = [
        '',
        'executions',
        '__proto__',
        'constructor',
        "execution'; --",
        ['execution'],
        null,
        undefined,
        1,
      ];
      for (const kind of [...kinds, Symbol('execution'), {}] as never[]) {
        await rejectsWith('INVALID_ARGUMENT', async () => await view.get(kind, 'x'), 'get');
        await refusesFilter(view, kind, {}, 'of no kind');
      }
    });
  },

  'S11: what is no text is INVALID_ARGUMENT as an id and in every filter': async (bed) => {
    const store = await bed.open();
    // What a lone surrogate and a cut at NUL would be taken for.
    await store.write(['\ufffd', 'a\ufffdb', 'a', 'x', '1', 'true', 'null', '{}'].map((id) => execution(id)));
    await store.withSnapshot(async ({ view }) => {
      for (const kind of recordKinds) {
        for (const [what, value] of Object.entries(noTexts)) {
          await rejectsWith(
            'INVALID_ARGUMENT',
            async () => await view.get(kind, value as never),
            `get ${what}`,
          );
          for (const field of textFields[kind]) {
            await refusesFilter(view, kind, { [field]: value }, `${kind} whose ${field} is ${what}`);
          }
          await refusesFilter(view, kind, { ids: ['x', value] }, `${kind} with the id of ${what}`);
          const after = { id: value, createdAt: 0, index: 0 };
          await refusesQuery(view, kind, { after }, `${kind} after ${what}`);
          if (kind !== 'artifact')
            await refusesFilter(view, kind, { status: ['running', value] }, `${kind} of the status ${what}`);
        }
        await rejectsWith(
          'INVALID_ARGUMENT',
          async () => await view.get(kind, undefined as never),
          'get nothing',
        );
      }
    });
  },

  'S11: what is no integer is INVALID_ARGUMENT as a time, a limit and a place': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      for (const value of noIntegers) {
        const what = typeof value === 'symbol' ? 'a symbol' : Object.is(value, -0) ? '-0' : String(value);
        for (const kind of recordKinds) {
          await refusesQuery(view, kind, { limit: value }, `limit ${what}`);
          const key = kind === 'step' ? 'index' : 'createdAt';
          await refusesQuery(view, kind, { after: { id: 'x', [key]: value } }, `${kind} after ${what}`);
        }
        await refusesFilter(view, 'execution', { createdFrom: value }, `from ${what}`);
        await refusesFilter(view, 'artifact', { createdBefore: value }, `before ${what}`);
      }
    });
  },

  'S11: a cursor that nobody was given is INVALID_ARGUMENT, and one that is a place is a place': async (
    bed,
  ) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      const forged = [
        null,
        0,
        '',
        'e1',
        'AAAA',
        [],
        ['e1', 1],
        {},
        { id: 'e1' },
        { createdAt: 1 },
        new Map(),
        new Date(),
      ];
      for (const after of forged)
        await refusesQuery(view, 'execution', { after }, `after ${JSON.stringify(after)}`);
      await refusesQuery(view, 'step', { after: { id: 's1', createdAt: 1 } }, 'the place of another kind');
      await refusesQuery(view, 'artifact', { after: { id: 'a1', index: 1 } }, 'the place of another kind');
      for (const after of [new Proxy({}, { get: () => thrown('no') }), revoked.proxy])
        await refusesQuery(view, 'execution', { after }, 'a cursor that cannot be read');
      for (const kind of recordKinds) {
        const edges: [number, string, number][] = [
          [Number.MIN_SAFE_INTEGER, '', expectedIds(kind, {}).length],
          [Number.MAX_SAFE_INTEGER, 'x', 0],
        ];
        for (const [place, id, left] of edges) {
          const after = kind === 'step' ? { id, index: place } : { id, createdAt: place };
          assert.equal((await toArray(view.list(kind, { after, order: 'oldest' }))).length, left);
        }
      }
    });
  },

  'SF-44: of a record that is given as a cursor only its own place counts': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      const [first] = await toArray(view.list('execution', { limit: 1 }));
      assert.ok(first !== undefined);
      const after = { ...first, index: 7, limit: 1 };
      const rest = (await toArray(view.list('execution', { after }))).map(({ id }) => id);
      assert.deepStrictEqual(rest, expectedIds('execution', {}).slice(1));
    });
  },

  'S4: a list is what was asked, whatever becomes of the query afterwards': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      const ids = ['e1', 'e2', 'e3'];
      const query: { ids: string[]; order: 'newest' | 'oldest'; limit?: number } = { ids, order: 'oldest' };
      const expected = expectedIds('execution', structuredClone(query));
      const listed = view.list('execution', query);
      const counted = view.count('execution', { ids });
      ids.push('e4');
      query.order = 'newest';
      query.limit = 1;
      assert.deepStrictEqual(
        (await toArray(listed)).map(({ id }) => id),
        expected,
      );
      assert.equal(await counted, 3);
      let reads = 0;
      const fickle = {
        get name() {
          reads += 1;
          return reads === 1 ? 'alpha' : 'beta';
        },
      };
      const alphas = (await toArray(view.list('execution', fickle))).map(({ id }) => id);
      assert.deepStrictEqual(alphas, expectedIds('execution', { name: 'alpha' }));
    });
  },

  'SF-44: hostile text is found by every filter, and nothing else with it': async (bed) => {
    const store = await bed.open();
    for (const [place, key] of hostileKeys.entries()) {
      await store.write([
        execution(key, { name: key, user: key, session: key, tags: [key], createdAt: someTime + place }),
        step(key, key, 0, { name: key }),
        artifact(key, key, { name: key, stepId: key, tags: [key] }),
      ]);
    }
    await store.withSnapshot(async ({ view }) => {
      for (const kind of recordKinds) {
        for (const key of hostileKeys) {
          const queries = [...textFields[kind].map((field) => ({ [field]: key })), { ids: [key] }];
          for (const query of queries) {
            const found = (await toArray(view.list(kind, query))).map(({ id }) => id);
            assert.deepStrictEqual(found, [key], `${kind} ${JSON.stringify(query)}`);
            assert.equal(await view.count(kind, query), 1);
          }
        }
      }
    });
  },

  'SF-44: what no record can be called is not found, and long questions are questions': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      const long = 'x'.repeat(10 * 1024 * 1024);
      for (const kind of recordKinds) {
        for (const text of ['', 'x'.repeat(1025), long]) {
          assert.equal(await view.get(kind, text), undefined);
          assert.equal(await view.count(kind, { ids: [text] }), 0);
          for (const field of textFields[kind]) assert.equal(await view.count(kind, { [field]: text }), 0);
        }
        const all = expectedIds(kind, {});
        for (const limit of [1e9, 2 ** 31, Number.MAX_SAFE_INTEGER])
          assert.equal((await toArray(view.list(kind, { limit }))).length, all.length, `limit ${limit}`);
      }
    });
  },

  'S11: more ids than anybody can mean are INVALID_ARGUMENT, holes too': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      const many = new Array<string>(20_000).fill('x'.repeat(1024));
      await refusesFilter(view, 'execution', { ids: many }, '20 million characters');
      await refusesFilter(view, 'execution', { ids: new Array(2 ** 32 - 1) }, 'four thousand million holes');
      await refusesFilter(view, 'execution', { status: new Array(2 ** 32 - 1) }, 'holes as statuses');
      const rewritten = Object.assign(['e1'], { toJSON: () => ['e2', 'e3'] });
      assert.equal(await view.count('execution', { ids: rewritten }), 1);
    });
  },

  'SF-44: 50,000 ids, each twice, are a filter, alone and with others': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    const once = Array.from({ length: 50_000 }, (_, place) => `e${place}`);
    const ids = [...once, ...once.toReversed()];
    await store.withSnapshot(async ({ view }) => {
      const query: RecordQuery = { ids, tag: 'red', createdFrom: someTime, order: 'oldest' };
      const listed = (await toArray(view.list('execution', query))).map(({ id }) => id);
      assert.deepStrictEqual(listed, expectedIds('execution', { tag: 'red', order: 'oldest' }));
      assert.equal(await view.count('execution', { ids }), 30);
    });
  },

  'SF-44: every status named a thousand times is every status': async (bed) => {
    const store = await bed.open();
    await store.write(libraryOps);
    await store.withSnapshot(async ({ view }) => {
      const status = new Array<'running' | 'failed'>(1000)
        .fill('running')
        .concat(new Array(1000).fill('failed'));
      const listed = (await toArray(view.list('execution', { status }))).map(({ id }) => id);
      assert.deepStrictEqual(listed, expectedIds('execution', { status: ['running', 'failed'] }));
    });
  },

  'S11: facts are asked with the same care': async (bed) => {
    const store = await bed.open();
    await store.withSnapshot(async ({ view }) => {
      for (const [what, pattern] of Object.entries(noQueries)) {
        await rejectsWith('INVALID_ARGUMENT', async () => await view.facts(pattern as never).all(), what);
        await rejectsWith(
          'INVALID_ARGUMENT',
          async () =>
            await view
              .facts()
              .where(pattern as never)
              .all(),
          what,
        );
      }
      for (const [what, term] of Object.entries(noTexts)) {
        await rejectsWith(
          'INVALID_ARGUMENT',
          async () => await view.facts({ object: term as never }).all(),
          what,
        );
        await rejectsWith('INVALID_ARGUMENT', () => view.facts().follow(term as never), what);
        await rejectsWith('INVALID_ARGUMENT', () => view.facts().followReverse(term as never), what);
      }
      for (const limit of noIntegers)
        await rejectsWith('INVALID_ARGUMENT', () => view.facts().limit(limit as never));
      assert.deepStrictEqual(await view.facts({ subject: '' }).all(), []);
    });
  },
});

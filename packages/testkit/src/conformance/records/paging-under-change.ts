import assert from 'node:assert/strict';
import {
  type RecordKind,
  type RecordOp,
  type RecordQuery,
  recordKinds,
  remove,
  toArray,
} from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from '../support/check-property.ts';
import { type RecordGroup, recordGroup } from './group.ts';
import { artifact, execution, someTime, step } from './samples.ts';

/** A list to walk, and what happens to one record between each two pages. */
const walks = fc.record({
  kind: fc.constantFrom(...recordKinds),
  order: fc.constantFrom('newest' as const, 'oldest' as const),
  limit: fc.integer({ min: 1, max: 5 }),
  // Few places, so that most records are tied.
  places: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 12 }),
  events: fc.array(
    fc.record({
      what: fc.constantFrom('put' as const, 'put' as const, 'remove' as const),
      // Records that are there, which then stay, go or move, and some that are not.
      id: fc.integer({ min: 0, max: 20 }).map(idOf),
      place: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 12 },
  ),
});

function idOf(number: number): string {
  return `${String.fromCodePoint(0x61 + (number % 5), 0x1f600 + (number % 3))} ${number}`;
}

/** A record of the kind at a place of its order. Each step has an execution to itself, so that indices tie as well. */
function putAt(kind: RecordKind, id: string, place: number): RecordOp[] {
  const home = `home of ${id}`;
  switch (kind) {
    case 'execution':
      return [execution(id, { createdAt: someTime + place })];
    case 'step':
      return [execution(home), step(id, home, place)];
    case 'artifact':
      return [execution(home), artifact(id, home, { createdAt: someTime + place })];
  }
}

/** Where a record stands in the order of its kind. */
interface Standing {
  readonly id: string;
  readonly place: number;
}

function compare(a: Standing, b: Standing): number {
  return a.place - b.place || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
}

/** What a page must hold, by plain filtering and sorting of what is there when it is asked. */
function expectedPage(
  model: ReadonlyMap<string, number>,
  query: { readonly order: 'newest' | 'oldest'; readonly limit: number },
  last: Standing | undefined,
): string[] {
  const direction = query.order === 'newest' ? -1 : 1;
  return [...model]
    .map(([id, place]) => ({ id, place }))
    .filter((standing) => last === undefined || direction * compare(standing, last) > 0)
    .sort((a, b) => direction * compare(a, b))
    .slice(0, query.limit)
    .map(({ id }) => id);
}

export const pagingUnderChange: RecordGroup = recordGroup('keyset paging while records change', {
  'SF-44: each page holds what lies beyond the one before, and what stays is seen once (property)': async (
    bed,
  ) => {
    const store = await bed.open();
    await checkProperty(
      fc.asyncProperty(walks, async ({ kind, places, events, ...query }) => {
        const model = new Map(places.map((place, number) => [idOf(number), place]));
        await store.write([...model].flatMap(([id, place]) => putAt(kind, id, place)));
        const stays = [...model.keys()].filter((id) => events.every((event) => event.id !== id));
        const seen: string[] = [];
        let last: Standing | undefined;
        let after: RecordQuery = {};
        for (let page = 0; ; page += 1) {
          const records = await store.withSnapshot(
            async ({ view }) => await toArray(view.list<RecordKind>(kind, { ...query, ...after })),
          );
          const ids = records.map(({ id }) => id);
          const what = `${kind} ${query.order} after ${JSON.stringify(last)}`;
          assert.deepStrictEqual(ids, expectedPage(model, query, last), what);
          const end = records.at(-1);
          if (end === undefined) break;
          seen.push(...ids);
          last = { id: end.id, place: model.get(end.id) ?? 0 };
          after = { after: end };
          const event = events[page];
          if (event === undefined) continue;
          if (event.what === 'remove') {
            model.delete(event.id);
            await store.write([remove(kind, event.id)]);
          } else {
            model.set(event.id, event.place);
            await store.write(putAt(kind, event.id, event.place));
          }
        }
        for (const id of stays) assert.equal(seen.filter((one) => one === id).length, 1, `${id} stays`);
        const left = await store.withSnapshot(async ({ view }) => await toArray(view.list('execution')));
        await store.write(left.map(({ id }) => remove('execution', id)));
      }),
      40,
    );
  },
});

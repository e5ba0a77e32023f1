import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { checkRecordFilter, checkRecordId, checkRecordQuery } from './check-record-query.ts';
import type { RecordKind } from './record-kind.ts';
import type { RecordFilter, RecordQuery } from './record-query.ts';

const filters: Readonly<Record<RecordKind, RecordFilter>> = {
  execution: {
    ids: ['a'],
    status: ['running'],
    name: 'n',
    user: 'u',
    tag: 't',
    session: 's',
    createdFrom: -1,
    createdBefore: 2,
  },
  step: { ids: [], status: ['skipped'], name: 'n', executionId: 'e' },
  artifact: {
    ids: ['a'],
    name: 'n',
    executionId: 'e',
    stepId: 's',
    tag: 't',
    createdFrom: 0,
    createdBefore: 1,
  },
};
const kinds = Object.keys(filters) as RecordKind[];
const allFields = [...new Set(kinds.flatMap((kind) => Object.keys(filters[kind])))];

test.each(kinds)('SF-44: every filter of %s is accepted, alone and together, or not given', (kind) => {
  checkRecordFilter(kind, {});
  checkRecordFilter(kind, filters[kind]);
  checkRecordQuery(kind, { ...filters[kind], order: 'oldest', limit: 1 });
  for (const field of Object.keys(filters[kind])) checkRecordFilter(kind, { [field]: undefined });
});

test.each(kinds)('SF-44: a filter that %s does not have is refused, not ignored', async (kind) => {
  const foreign = allFields.filter((field) => !(field in filters[kind]));
  for (const field of [...foreign, 'nmae', 'constructor']) {
    expect(await codeOf(() => checkRecordFilter(kind, { [field]: 'x' }))).toBe('INVALID_ARGUMENT');
  }
  // Paging is not a filter: a count has no pages.
  expect(await codeOf(() => checkRecordFilter(kind, { limit: 1 } as RecordFilter))).toBe('INVALID_ARGUMENT');
});

test.each<[string, RecordKind, unknown]>([
  ['no such kind', 'log' as RecordKind, {}],
  ['no query', 'step', null],
  ['a text', 'step', 'all'],
  ['ids that are no list', 'step', { ids: 'a' }],
  ['an id that is no text', 'step', { ids: ['a', 7] }],
  ['a status that is no list', 'step', { status: 'running' }],
  ['a name that is no text', 'step', { name: ['n'] }],
  ['a time that is none', 'execution', { createdFrom: '2026-01-01' }],
  ['a time with a fraction', 'execution', { createdBefore: 1.5 }],
  ['no such order', 'step', { order: 'random' }],
  ['a limit of none', 'step', { limit: 0 }],
  ['half a limit', 'step', { limit: 0.5 }],
  ['an endless limit', 'step', { limit: Number.POSITIVE_INFINITY }],
  ['null as the last record', 'step', { after: null }],
  ['a cursor without an id', 'step', { after: { index: 1 } }],
  ['a step by its time', 'step', { after: { id: 's', createdAt: 1 } }],
  ['an execution by its index', 'execution', { after: { id: 'e', index: 1 } }],
  ['an artifact by a text', 'artifact', { after: { id: 'a', createdAt: '1' } }],
])('SF-44: %s is INVALID_ARGUMENT', async (_, kind, query) => {
  expect(await codeOf(() => checkRecordQuery(kind, query as RecordQuery))).toBe('INVALID_ARGUMENT');
});

test('SF-44: the last record of a page begins the next one', () => {
  checkRecordQuery('step', { after: { id: 's', index: 0 } });
  checkRecordQuery('execution', { after: { id: 'e', createdAt: 1 } });
  checkRecordQuery('artifact', { after: { id: 'a', createdAt: 1 }, order: 'newest' });
});

test('SF-44: what is answered is the query as it was, and nothing that its giver still holds', () => {
  const ids = ['a', 'b'];
  const given = { ids, name: 'n', user: undefined, after: { id: 'e', createdAt: 1, index: 7, name: 'n' } };
  const taken = checkRecordQuery('execution', given);
  ids.push('c');
  given.name = 'other';
  expect(taken).toStrictEqual({ ids: ['a', 'b'], name: 'n', after: { id: 'e', createdAt: 1 } });
  expect(checkRecordQuery('step', { after: { id: 's', index: 0 } })).toStrictEqual({
    after: { id: 's', index: 0 },
  });
});

test.each<[string, unknown]>([
  ['a lone surrogate, which SQLite takes for U+FFFD', '\ud800'],
  ['NUL, at which C ends a text', 'a\0b'],
  ['a boxed text', Object('x')],
])('SF-44: %s is no text to look for', async (_, value) => {
  for (const query of [{ name: value }, { ids: [value] }, { after: { id: value, createdAt: 0 } }])
    expect(await codeOf(() => checkRecordQuery('execution', query as never))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(() => checkRecordId('execution', value as never))).toBe('INVALID_ARGUMENT');
});

test('SF-44: an id that no record can have is not found, which is no error', () => {
  for (const id of ['', 'x'.repeat(1025)]) {
    checkRecordId('step', id);
    checkRecordFilter('step', { ids: [id], executionId: id });
  }
});

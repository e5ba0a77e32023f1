import type { RecordQuery } from '@stepwell/core';
import { expect, test } from 'vitest';
import { startOf } from './select-start.ts';

const after = { id: 'm', createdAt: 5 };

test.each<[string, RecordQuery, { place: number; id: string }]>([
  ['after a record, newest first', { order: 'newest', after }, { place: 5, id: 'm' }],
  ['within the range', { order: 'newest', after, createdBefore: 6 }, { place: 5, id: 'm' }],
  [
    'at the end of the range, which is not in it',
    { order: 'newest', after, createdBefore: 5 },
    { place: 5, id: '' },
  ],
  ['beyond the range', { order: 'newest', after, createdBefore: 3 }, { place: 3, id: '' }],
  ['the bound on the other side', { order: 'newest', after, createdFrom: 7 }, { place: 5, id: 'm' }],
  ['within the range, oldest first', { order: 'oldest', after, createdFrom: 4 }, { place: 5, id: 'm' }],
  ['at the beginning, which is in it', { order: 'oldest', after, createdFrom: 5 }, { place: 5, id: 'm' }],
  ['before the range', { order: 'oldest', after, createdFrom: 7 }, { place: 7, id: '' }],
  ['the default order is newest first', { after, createdBefore: 3, createdFrom: 7 }, { place: 3, id: '' }],
])('SF-44: a page begins %s', (_, query, start) => {
  expect(startOf('execution', query)).toEqual(start);
});

test('SF-44: a page of steps begins after an index, one of artifacts oldest first', () => {
  expect(startOf('step', { after: { id: 's', index: 2 } })).toEqual({ place: 2, id: 's' });
  expect(startOf('artifact', { after, createdFrom: 9 })).toEqual({ place: 9, id: '' });
});

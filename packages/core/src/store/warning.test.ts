import { expect, test } from 'vitest';
import { type StoreWarning, warningIds } from './warning.ts';

test('SF-58: an id stands in the list once, and a warning of ours that does not stand there is no program', () => {
  expect(new Set(warningIds).size).toBe(warningIds.length);
  const warnings: StoreWarning[] = [
    { id: 'snapshot.leaked', message: 'ours' },
    { id: 'mydb:replica.late', message: 'of somebody else' },
    // @ts-expect-error: neither in the list nor with a name before it
    { id: 'snapshot.lekaed', message: 'misspelt' },
  ];
  expect(warnings).toHaveLength(3);
});

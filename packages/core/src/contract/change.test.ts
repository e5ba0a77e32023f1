import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCursor, parseCursor } from './change.ts';

test('S3: every cursor that is written is read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.maxSafeNat(), (lineage, epoch) => {
      expect(parseCursor(formatCursor(lineage, epoch))).toEqual({ lineage, epoch });
    }),
  );
});

test.each([
  '',
  '.',
  '5',
  'lineage',
  'lineage.',
  '.5',
  'lineage.-1',
  'lineage.1.5x',
  'lineage. 5',
  'lineage.5 ',
  'lineage.+5',
  'lineage.05',
  'lineage.1e3',
  'lineage.0x10',
  'lineage.Infinity',
  'lineage.9007199254740993',
])('S3: %j is no cursor', (text) => {
  expect(parseCursor(text)).toBeUndefined();
});

test('S3: no text makes reading a cursor throw, and what is read is written back the same', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cursor = parseCursor(text);
      if (cursor !== undefined) expect(formatCursor(cursor.lineage, cursor.epoch)).toBe(text);
    }),
  );
});

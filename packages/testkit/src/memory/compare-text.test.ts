import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText } from './compare-text.ts';

test('texts are ordered as their UTF-8 bytes are', () => {
  const text = fc.string({ unit: 'binary', maxLength: 5 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  expect(compareText('\u{1f600}', '\uffee')).toBeGreaterThan(0);
});

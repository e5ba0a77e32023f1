import { expect, test } from 'vitest';
import { makeLogLine } from './make-log-line.ts';

const fields = {
  stream: 's',
  number: 1,
  at: 2,
  level: 'info',
  source: 'log',
  terminated: true,
  epoch: 3,
  ordinal: 0,
} as const;

test('SF-64: a line shows its bytes as they are, and as text', () => {
  const bytes = new TextEncoder().encode('grüße 🙂');
  const line = makeLogLine({ ...fields, bytes });
  expect(line).toMatchObject(fields);
  expect(line.bytes).toBe(bytes);
  expect(line.text).toBe('grüße 🙂');
});

test('SF-64: bytes that are no UTF-8 are replaced in the text alone; a byte order mark stays', () => {
  expect(makeLogLine({ ...fields, bytes: Uint8Array.of(0x61, 0xff, 0x62) }).text).toBe('a\ufffdb');
  const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  expect(makeLogLine({ ...fields, bytes: marked }).text).toBe('\ufeffa');
});

test('SF-64: a line in JSON has its text, and all else but the bytes', () => {
  const line = makeLogLine({ ...fields, bytes: new TextEncoder().encode('grüße "🙂"') });
  expect(JSON.parse(JSON.stringify(line))).toEqual({ ...fields, text: 'grüße "🙂"' });
  expect(JSON.parse(JSON.stringify([{ line }]))).toEqual([{ line: { ...fields, text: 'grüße "🙂"' } }]);
});

import { expect, test } from 'vitest';
import { isLogOp } from '../combine/split-batch.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { admitLogOp } from './admit-log-op.ts';
import { copyLogOp } from './copy-log-op.ts';
import { type PruneLinesOp, pruneLines } from './prune-op.ts';

test('S9: a prune is a log op of its own, admitted and copied', () => {
  for (const op of [pruneLines('s'), pruneLines('s', 7), pruneLines('s', 0)]) {
    expect(admitLogOp(op)).toBeGreaterThan(0);
    expect(copyLogOp(op)).toEqual(op);
    expect(copyLogOp(op)).not.toBe(op);
    expect(isLogOp(op)).toBe(true);
  }
  expect(pruneLines('s', undefined as never)).toEqual(pruneLines('s'));
});

test.each<[string, unknown]>([
  ['an empty name', pruneLines('')],
  ['no name', { type: 'prune-lines' }],
  ['less than nothing', pruneLines('s', -1)],
  ['half a line', pruneLines('s', 1.5)],
  ['no number', pruneLines('s', null as never)],
  ['no end', pruneLines('s', Infinity)],
  ['a misspelt bound, which would take every line', { type: 'prune-lines', stream: 's', trough: 3 }],
])('S11: a prune of %s is INVALID_ARGUMENT', async (_, op) => {
  expect(await codeOf(() => admitLogOp(op as PruneLinesOp))).toBe('INVALID_ARGUMENT');
});

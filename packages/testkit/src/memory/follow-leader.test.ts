import { appendLines, type LeaderState } from '@stepwell/core';
import { expect, test } from 'vitest';
import { applyLogOp } from './apply-log-op.ts';
import { followLeader } from './follow-leader.ts';
import { emptyLogState, type LogState } from './log-state.ts';

/** Logs whose stream `a` got one line in each of the commits 1 to `epochs`. */
function logsUpTo(epochs: number): LogState {
  let state = emptyLogState();
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const { streams } = applyLogOp(state, appendLines('a', [`line ${epoch}`]), epoch, 0).state;
    state = { streams, head: { ...state.head, epoch } };
  }
  return state;
}

function leaderAt(epoch: number, mark: number, extents: Record<string, number> = {}): LeaderState {
  return { epoch, mark, extents: async () => extents, sync: async () => {} };
}

test('S1: lines above the epoch of the leader never happened', async () => {
  const state = await followLeader(logsUpTo(3), leaderAt(2, 2));
  expect(state.streams.get('a')?.last).toBe(2);
  expect([...(state.streams.get('a')?.lines.values() ?? [])].map((line) => line.epoch)).toEqual([1, 2]);
  expect(state.head.epoch).toBe(2);
});

test('S1: a stream whose first commit never happened is not there', async () => {
  const state = await followLeader(logsUpTo(1), leaderAt(0, 0));
  expect(state.streams.size).toBe(0);
});

test('S2: lines that the leader knows of and are gone become a lost range, and its numbers are not used again', async () => {
  const state = await followLeader(logsUpTo(2), leaderAt(5, 5, { a: 4, b: 1 }));
  expect(state.streams.get('a')?.lost).toEqual([{ from: 3, to: 4 }]);
  expect(state.streams.get('b')?.lost).toEqual([{ from: 1, to: 1 }]);
  const { result } = applyLogOp(state, appendLines('a', ['next']), 6, 0);
  expect(result).toEqual({ stream: 'a', first: 5, last: 5 });
});

test('S7: following twice changes nothing more', async () => {
  const leader = leaderAt(5, 5, { a: 4 });
  const once = await followLeader(logsUpTo(2), leader);
  expect(await followLeader(once, leader)).toEqual(once);
});

test('S1: logs that stand where their leader stands are left alone', async () => {
  const state = logsUpTo(2);
  expect(await followLeader(state, leaderAt(7, 2))).toEqual(state);
});

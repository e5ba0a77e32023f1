import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canMove,
  executionStatuses,
  isEnd,
  type StepStatus,
  statusRank,
  stepStatuses,
  transitionError,
} from './status.ts';

const anyStatus = fc.constantFrom<StepStatus>(...stepStatuses);

test('SF-60, SF-61: the statuses are these, and a step may also be skipped', () => {
  expect(executionStatuses).toEqual([
    'pending',
    'running',
    'completed',
    'failed',
    'cancelled',
    'timed-out',
    'interrupted',
  ]);
  expect(stepStatuses).toEqual([...executionStatuses, 'skipped']);
  expect(stepStatuses.filter((status) => !isEnd(status))).toEqual(['pending', 'running']);
});

test('SF-60: the whole table: forward or staying, and one way back for those who resume', () => {
  const allowed = (options: { resume?: boolean }): string[] =>
    stepStatuses.flatMap((from) =>
      stepStatuses.filter((to) => from !== to && canMove(from, to, options)).map((to) => `${from} → ${to}`),
    );
  const ends = stepStatuses.filter(isEnd);
  const forward = [
    'pending → running',
    ...ends.map((end) => `pending → ${end}`),
    ...ends.map((end) => `running → ${end}`),
  ];
  expect(allowed({})).toEqual(forward);
  expect(allowed({ resume: false })).toEqual(forward);
  expect(allowed({ resume: true })).toEqual([...forward, 'interrupted → running']);
});

test('SF-60: no walk of allowed moves ever leads from an end to another status', () => {
  fc.assert(
    fc.property(fc.array(anyStatus, { maxLength: 30 }), (wishes) => {
      let status: StepStatus = 'pending';
      let end: StepStatus | undefined;
      for (const wish of wishes) {
        const before = statusRank(status);
        if (canMove(status, wish)) status = wish;
        expect(statusRank(status)).toBeGreaterThanOrEqual(before);
        if (end !== undefined) expect(status).toBe(end);
        if (isEnd(status)) end ??= status;
      }
    }),
  );
});

test('SF-60: with resume, a walk leaves no end but interrupted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyStatus, fc.boolean()), { maxLength: 30 }), (wishes) => {
      let status: StepStatus = 'running';
      for (const [wish, resume] of wishes) {
        if (!canMove(status, wish, { resume })) continue;
        if (isEnd(status) && wish !== status) expect([status, wish]).toEqual(['interrupted', 'running']);
        status = wish;
      }
    }),
  );
});

test('SF-60: a refused move says which', () => {
  expect(transitionError('step', 's1', 'failed', 'running')).toMatchObject({
    code: 'INVALID_TRANSITION',
    retryable: false,
    details: { kind: 'step', id: 's1', from: 'failed', to: 'running' },
  });
});

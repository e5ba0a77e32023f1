import { expect, test } from 'vitest';
import { runAll } from './run-all.ts';

test('SF-15: every step runs, in order, and the first failure is thrown', async () => {
  const ran: number[] = [];
  const step = (number: number, fail: boolean) => async () => {
    ran.push(number);
    if (fail) throw new Error(`step ${number}`);
  };
  await expect(runAll(step(1, false), step(2, true), step(3, true), step(4, false))).rejects.toThrowError(
    'step 2',
  );
  expect(ran).toEqual([1, 2, 3, 4]);
  await runAll();
});

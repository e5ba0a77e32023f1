import { expect, test } from 'vitest';
import { ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { openStore } from '../store/open-store.ts';
import { overdueTurn } from './overdue-turn.ts';

/** Whether a timer gets its turn beside calls that are made one after the other. The bound is for a test that fails. */
async function timerRuns(call: () => Promise<unknown>): Promise<boolean> {
  let ran = false;
  const timer = setTimeout(() => {
    ran = true;
  }, 5);
  const giveUp = performance.now() + 5_000;
  while (!ran && performance.now() < giveUp) await call();
  clearTimeout(timer);
  return ran;
}

test('S6: calls that are answered at once, one after the other, let timers have their turn', async () => {
  expect(await timerRuns(async () => await overdueTurn())).toBe(true);
});

test('S6: snapshots in a loop let timers have their turn', async () => {
  const store = await openStore(new ScriptedDriver());
  expect(await timerRuns(() => store.withSnapshot(() => undefined))).toBe(true);
  await store.close();
});

import { crashAt, makeWorkspace } from '@stepwell/testkit';
import { describe, expect, test } from 'vitest';
import { checkStore } from '../fixtures/check-store.ts';
import { reachablePoints } from '../fixtures/reachable-points.ts';
import { commits, type Telling, work } from '../fixtures/workload.mjs';

describe('a fault is met by trying again, and nothing happens twice', () => {
  test.each(reachablePoints)('S2, S8: at %s', async (point) => {
    await using workspace = await makeWorkspace('fault');
    const told: Telling[] = [];
    {
      using armed = crashAt(point, { mode: 'throw' });
      await work(workspace.path, async (message) => {
        told.push(message);
      });
      expect(armed.fired).toBe(true);
    }
    expect(told.at(-1)).toEqual({ acknowledged: commits });
    await checkStore(workspace.path, told);
  });
});

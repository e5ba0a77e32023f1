import { putExecution, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { sqliteRecords } from '../index.ts';

test.each(['get', 'count', 'list'] as const)(
  'S6: %s in a loop lets timers have their turn',
  async (method) => {
    await using place = await databaseIn('event-loop');
    await using store = await openDriver(sqliteRecords({ path: place.path }));
    await store.write(putExecution({ id: 'e', name: 'e', createdAt: 0 }));
    await store.read(async (view) => {
      let ran = false;
      const timer = setTimeout(() => {
        ran = true;
      }, 5);
      const giveUp = performance.now() + 5_000;
      while (!ran && performance.now() < giveUp) {
        if (method === 'get') await view.get('execution', 'e');
        else if (method === 'count') await view.count('execution');
        else await toArray(view.list('execution', { limit: 10 }));
      }
      clearTimeout(timer);
      expect(ran).toBe(true);
    });
  },
);

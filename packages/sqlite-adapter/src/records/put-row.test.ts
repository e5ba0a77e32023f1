import { canMove, executionStatuses, putExecution, putStep, stepStatuses } from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { sqliteRecords } from '../index.ts';

test('SF-60: a status moves in SQL exactly as core says, for every pair, with and without resume', async () => {
  await using place = await databaseIn('status');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(putExecution({ id: 'parent', name: 'parent', createdAt: 0 }));
  let index = 0;
  for (const resume of [false, true]) {
    for (const from of stepStatuses) {
      for (const to of stepStatuses) {
        index += 1;
        const step = {
          id: `${from} ${to} ${resume}`,
          executionId: 'parent',
          name: 'step',
          index,
          createdAt: 0,
        };
        await store.write(putStep({ ...step, status: from }));
        const move = store.write(putStep({ ...step, status: to }, { resume }));
        if (canMove(from, to, { resume })) await move;
        else {
          await expect(move).rejects.toMatchObject({
            code: 'INVALID_TRANSITION',
            details: { kind: 'step', id: step.id, from, to },
          });
        }
        const expected = canMove(from, to, { resume }) ? to : from;
        expect((await store.read((view) => view.get('step', step.id)))?.status).toBe(expected);
      }
    }
  }
});

test('SF-60: the rule holds for executions too, and a refused move leaves every field as it was', async () => {
  await using place = await databaseIn('status');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  for (const from of executionStatuses) {
    await store.write(putExecution({ id: from, name: 'before', createdAt: 0, status: from }));
    if (from === 'pending') continue;
    const back = store.write(putExecution({ id: from, name: 'after', createdAt: 0, status: 'pending' }));
    await expect(back).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect((await store.read((view) => view.get('execution', from)))?.name).toBe('before');
  }
});

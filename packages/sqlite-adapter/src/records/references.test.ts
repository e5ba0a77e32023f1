import { putArtifact, putExecution, putStep, remove, toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { sqliteRecords } from '../index.ts';

const execution = putExecution({ id: 'e', name: 'e', createdAt: 0 });
const step = putStep({ id: 's', executionId: 'e', name: 's', index: 0, createdAt: 0 });
const artifact = putArtifact({
  id: 'a',
  executionId: 'e',
  stepId: 's',
  name: 'a',
  filePath: '/a',
  createdAt: 0,
});

test('SF-27: a step or an artifact without its parents is refused, and told which is missing', async () => {
  await using place = await databaseIn('references');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await expect(store.write(step)).rejects.toMatchObject({
    code: 'CONSTRAINT',
    message: 'step s: there is no execution e',
  });
  await store.write(execution);
  await expect(store.write(artifact)).rejects.toMatchObject({
    code: 'CONSTRAINT',
    message: 'artifact a: there is no execution e, or no step s',
  });
});

test('SF-30: two steps of one execution cannot share an index', async () => {
  await using place = await databaseIn('references');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(execution, step);
  const twin = putStep({ id: 't', executionId: 'e', name: 't', index: 0, createdAt: 0 });
  await expect(store.write(twin)).rejects.toMatchObject({
    code: 'CONSTRAINT',
    details: { kind: 'step', id: 't' },
  });
});

test('SF-35: putting an execution again keeps its steps and artifacts', async () => {
  await using place = await databaseIn('references');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(execution, step, artifact);
  await store.write(putExecution({ id: 'e', name: 'again', createdAt: 0, status: 'running' }));
  expect(await store.read((view) => view.count('step', { executionId: 'e' }))).toBe(1);
  expect((await store.read((view) => view.get('artifact', 'a')))?.stepId).toBe('s');
});

test('removing an execution takes its steps and artifacts along; removing a step leaves its artifacts', async () => {
  await using place = await databaseIn('references');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  await store.write(execution, step, artifact);
  await store.write(remove('step', 's'));
  expect((await store.read((view) => view.get('artifact', 'a')))?.stepId).toBeNull();
  await store.write(remove('execution', 'e'), remove('execution', 'never there'));
  expect(await store.read((view) => toArray(view.list('artifact')))).toEqual([]);
});

import {
  newArtifact,
  newExecution,
  newStep,
  putArtifact,
  putExecution,
  putStep,
  toArray,
} from '@stepwell/core';
import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { sqliteRecords } from '../index.ts';
import { artifactColumns } from './artifact-codec.ts';
import { executionColumns } from './execution-codec.ts';
import { stepColumns } from './step-codec.ts';

const odd = 'naïve 🚂 "quoted" \'single\' \u{10ffff} \r\n\t\\';
const largest = Number.MAX_SAFE_INTEGER;
const lastTime = 8.64e15;
const metadata = JSON.parse('{"__proto__": {"deep": [1.5, -2, null, true, "\\u0000"]}, "": {}}');

test('SF-33: every field comes back as it went in, at the ends of its range', async () => {
  await using place = await databaseIn('round-trip');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const execution = newExecution({
    id: odd,
    name: odd,
    command: odd,
    workingDirectory: odd,
    status: 'timed-out',
    exitCode: -largest,
    errorMessage: '',
    createdAt: lastTime,
    startedAt: 0,
    completedAt: 2 ** 51,
    environment: { PATH: odd },
    user: odd,
    tags: [odd, 'twice', 'twice'],
    totalSteps: largest,
    completedSteps: largest,
    currentStepIndex: largest,
    metadata,
    session: odd,
    retentionDays: 2 ** 51 - 1,
  });
  const step = newStep({
    id: 's',
    executionId: odd,
    name: '',
    description: odd,
    index: largest,
    status: 'skipped',
    exitCode: 2 ** 31,
    errorMessage: odd,
    createdAt: 1,
    startedAt: 2,
    completedAt: 3,
    estimatedDuration: 4,
    stopOnError: true,
    metadata,
  });
  const artifact = newArtifact({
    id: 'a',
    executionId: odd,
    stepId: 's',
    name: odd,
    description: '',
    filePath: odd,
    fileName: odd,
    fileSize: largest,
    mimeType: odd,
    type: 'archive',
    hash: 'ab'.repeat(32),
    createdAt: 5,
    tags: ['x'],
    isPublic: true,
    retentionDays: 0,
    metadata,
  });
  await store.write(putExecution(execution), putStep(step), putArtifact(artifact));
  await store.read(async (view) => {
    expect(await view.get('execution', odd)).toStrictEqual(execution);
    expect(await view.get('step', 's')).toStrictEqual(step);
    expect(await view.get('artifact', 'a')).toStrictEqual(artifact);
    expect(await toArray(view.list('execution', { tag: 'twice', createdFrom: lastTime }))).toStrictEqual([
      execution,
    ]);
    expect(await toArray(view.list('step', { after: { id: 's', index: largest - 1 } }))).toStrictEqual([
      step,
    ]);
  });
});

test('SF-33: defaults are stored as they are, and empty JSON takes no room', async () => {
  await using place = await databaseIn('round-trip');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const execution = newExecution({ id: 'e', name: 'e', createdAt: 0 });
  await store.write(putExecution(execution));
  expect(await store.read((view) => view.get('execution', 'e'))).toStrictEqual(execution);
  const row = withSqlite(place.path, (db) =>
    db.prepare('SELECT environment, tags, metadata FROM executions').get(),
  );
  expect(row).toEqual({ environment: null, tags: null, metadata: null });
});

test('SF-29: the columns that are written are the columns that there are, in every table', async () => {
  await using place = await databaseIn('round-trip');
  await using _store = await openDriver(sqliteRecords({ path: place.path }));
  withSqlite(place.path, (db) => {
    const columns = (table: string): unknown[] =>
      db.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table);
    expect(columns('executions')).toEqual(executionColumns);
    expect(columns('steps')).toEqual(stepColumns);
    expect(columns('artifacts')).toEqual(artifactColumns);
  });
});

test('SF-29: the schema itself refuses what core would refuse, and the views read well', async () => {
  await using place = await databaseIn('round-trip');
  await using store = await openDriver(sqliteRecords({ path: place.path }));
  const run = { id: 'e', name: 'nightly', createdAt: 0, startedAt: 1_000, completedAt: 2_500, totalSteps: 2 };
  await store.write(putExecution({ ...run, status: 'completed', exitCode: 0, completedSteps: 2 }));
  withSqlite(place.path, (db) => {
    const refuses = (assignment: string): void => {
      expect(() => db.exec(`UPDATE executions SET ${assignment}`), assignment).toThrowError(
        /constraint failed|cannot store/,
      );
    };
    refuses("status = 'done'");
    refuses('completed_steps = 3');
    refuses("created_at = 'yesterday'");
    refuses('current_step_index = -2');
    expect(db.prepare('SELECT id, name, status, seconds, steps FROM runs').get()).toEqual({
      id: 'e',
      name: 'nightly',
      status: 'completed',
      seconds: 1.5,
      steps: '2/2',
    });
    expect(db.prepare('SELECT started FROM runs').pluck().get()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });
});

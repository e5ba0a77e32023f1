import { expect, test } from 'vitest';
import { admitRecordOp } from './admit-record-op.ts';
import { newArtifact } from './artifact.ts';
import { newExecution } from './execution.ts';
import {
  type PutOptions,
  putArtifact,
  putExecution,
  putFact,
  putStep,
  remove,
  removeFact,
} from './record-op.ts';
import { newStep } from './step.ts';

const times = { createdAt: 1_700_000_000_000 };

test('SF-62, SF-63, SF-65: a record of the least that must be given is whole and admitted', () => {
  const ops = [
    putExecution({ id: 'e', name: 'n', ...times }),
    putStep({ id: 's', executionId: 'e', index: 0, name: 'n', ...times }),
    putArtifact({ id: 'a', executionId: 'e', name: 'n', filePath: 'out/x.txt', ...times }),
    remove('execution', 'e'),
    putFact({ subject: 's', predicate: 'p', object: 'o' }),
    removeFact({ subject: 's', predicate: 'p', object: 'o' }),
  ];
  for (const op of ops) expect(admitRecordOp(op)).toBeGreaterThan(50);
});

test('SF-62: what is given stands; the rest has its defaults', () => {
  expect(newExecution({ id: 'e', name: 'n', ...times })).toEqual({
    id: 'e',
    name: 'n',
    command: null,
    workingDirectory: null,
    status: 'pending',
    exitCode: null,
    errorMessage: null,
    createdAt: times.createdAt,
    startedAt: null,
    completedAt: null,
    environment: {},
    user: null,
    tags: [],
    totalSteps: 0,
    completedSteps: 0,
    currentStepIndex: -1,
    metadata: {},
    session: null,
    retentionDays: null,
  });
  const given = { id: 'e', name: 'n', ...times, status: 'failed', exitCode: 3, tags: ['a'] } as const;
  expect(newExecution(given)).toMatchObject(given);
  expect(newStep({ id: 's', executionId: 'e', index: 4, name: 'n', ...times, exitCode: 1 })).toMatchObject({
    index: 4,
    exitCode: 1,
    status: 'pending',
    stopOnError: false,
  });
});

test.each([
  ['out/report.html', 'report.html'],
  ['C:\\out\\report.html', 'report.html'],
  ['report.html', 'report.html'],
])('SF-65: the file name of %j is its last part', (filePath, fileName) => {
  expect(newArtifact({ id: 'a', executionId: 'e', name: 'n', filePath, ...times }).fileName).toBe(fileName);
});

test.each([putFact, removeFact])('S11: a fact has three terms; what else is said is refused', (make) => {
  const terms = { subject: 's', predicate: 'p', object: 'o' };
  expect(make(terms)).toMatchObject({ fact: terms });
  const more = { ...terms, weight: 7 };
  expect(() => make(more)).toThrowError('a fact has no field "weight"');
  expect(() => admitRecordOp({ type: 'put-fact', fact: more })).toThrowError('"weight"');
});

test.each<[string, unknown, string]>([
  ['a misspelt option', { resme: true }, 'a put option has no field "resme"'],
  ['a value that says nothing', { resume: 'yes' }, 'resume must be true or false'],
  ['no options', null, 'put options must be an object, not null'],
])('S11: %s of a put is refused', (_, options, message) => {
  for (const put of [
    () => putExecution({ id: 'e', name: 'n', ...times }, options as PutOptions),
    () => putStep({ id: 's', executionId: 'e', index: 0, name: 'n', ...times }, options as PutOptions),
  ]) {
    expect(put).toThrowError(message);
    expect(put).toThrowError(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  }
});

import {
  type Artifact,
  type Execution,
  putArtifact,
  putExecution,
  putStep,
  type RecordOp,
  type Step,
} from '@stepwell/core';

/** A moment: 14 November 2023, in milliseconds since the Unix epoch. */
export const someTime = 1_700_000_000_000;

export function execution(id: string, rest: Partial<Execution> = {}): RecordOp {
  return putExecution({ id, name: `execution ${id}`, createdAt: someTime, ...rest });
}

export function step(id: string, executionId: string, index: number, rest: Partial<Step> = {}): RecordOp {
  return putStep({ id, executionId, index, name: `step ${id}`, createdAt: someTime, ...rest });
}

export function artifact(id: string, executionId: string, rest: Partial<Artifact> = {}): RecordOp {
  return putArtifact({
    id,
    executionId,
    name: `artifact ${id}`,
    filePath: `out/${id}.bin`,
    createdAt: someTime,
    ...rest,
  });
}

/** No field has its default. */
export const fullExecution: Execution = {
  id: 'execution-full',
  name: 'nightly build',
  command: 'make -j4 "all of it"',
  workingDirectory: '/home/me/project',
  status: 'failed',
  exitCode: -11,
  errorMessage: 'no rule to make target\n  at line 3',
  createdAt: someTime,
  startedAt: someTime + 1,
  completedAt: someTime + 2,
  environment: { PATH: '/bin', EMPTY: '', ÜMLAUT: 'ß' },
  user: 'me',
  tags: ['nightly', 'zwölf', 'nightly'],
  totalSteps: 7,
  completedSteps: 3,
  currentStepIndex: 4,
  metadata: { nested: { list: [1, 'two', null, true, { deep: [] }] }, empty: {}, nothing: null },
  session: 'session-1',
  retentionDays: 30,
};

export const fullStep: Step = {
  id: 'step-full',
  executionId: fullExecution.id,
  name: 'compile',
  description: 'turns text into trouble',
  index: 5,
  status: 'skipped',
  exitCode: 2,
  errorMessage: 'syntax error',
  createdAt: someTime,
  startedAt: someTime + 1,
  completedAt: someTime + 2,
  estimatedDuration: 1500,
  stopOnError: true,
  metadata: { worker: 3 },
};

export const fullArtifact: Artifact = {
  id: 'artifact-full',
  executionId: fullExecution.id,
  stepId: fullStep.id,
  name: 'the report',
  description: 'what came of it',
  filePath: 'C:\\out\\report.html',
  fileName: 'report.html',
  fileSize: 12_345,
  mimeType: 'text/html',
  type: 'report',
  hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  createdAt: someTime + 3,
  tags: ['html'],
  isPublic: true,
  retentionDays: 0,
  metadata: { pages: 9 },
};

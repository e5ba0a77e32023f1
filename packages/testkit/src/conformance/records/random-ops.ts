import {
  executionStatuses,
  putArtifact,
  putExecution,
  putFact,
  putStep,
  type RecordOp,
  recordKinds,
  remove,
  removeFact,
  stepStatuses,
} from '@stepwell/core';
import fc from 'fast-check';
import { anyFact } from './fact-model.ts';
import { someTime } from './samples.ts';

/** So few ids that ops meet: updates, refused moves, missing parents, taken indexes, cascades. */
const anyId = fc.constantFrom('x', 'y', 'z', 'X');
const anyName = fc.constantFrom('n', 'm', '');
const createdAt = fc.integer({ min: 0, max: 3 }).map((offset) => someTime + offset);
const resume = fc.boolean();

const anyExecutionOp = fc
  .record({ id: anyId, name: anyName, createdAt, status: fc.constantFrom(...executionStatuses), resume })
  .map(({ resume: may, ...init }) => putExecution(init, { resume: may }));

const anyStepOp = fc
  .record({
    id: anyId,
    executionId: anyId,
    name: anyName,
    createdAt,
    index: fc.integer({ min: 0, max: 2 }),
    status: fc.constantFrom(...stepStatuses),
    resume,
  })
  .map(({ resume: may, ...init }) => putStep(init, { resume: may }));

const anyArtifactOp = fc
  .record({
    id: anyId,
    executionId: anyId,
    stepId: fc.option(anyId),
    name: anyName,
    createdAt,
    filePath: fc.constant('out.bin'),
    tags: fc.array(fc.constantFrom('red', 'green'), { maxLength: 2 }),
  })
  .map((init) => putArtifact(init));

const anyRemoval = fc.tuple(fc.constantFrom(...recordKinds), anyId).map(([kind, id]) => remove(kind, id));
const anyFactOp = fc
  .tuple(anyFact, fc.boolean())
  .map(([fact, put]) => (put ? putFact(fact) : removeFact(fact)));

/** Any op over a small world. Many are refused, which is half of what a model is for. */
export const anyRecordOp: fc.Arbitrary<RecordOp> = fc.oneof(
  { weight: 5, arbitrary: anyExecutionOp },
  { weight: 4, arbitrary: anyStepOp },
  { weight: 3, arbitrary: anyArtifactOp },
  { weight: 2, arbitrary: anyRemoval },
  { weight: 3, arbitrary: anyFactOp },
);

export const anyRecordBatch: fc.Arbitrary<RecordOp[]> = fc.array(anyRecordOp, { minLength: 1, maxLength: 4 });

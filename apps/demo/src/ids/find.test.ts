import { newExecution, newStep, type RecordView } from '@stepwell/core';
import { describe, expect, test } from 'vitest';
import { findExecution } from './find-execution.ts';
import { findStep } from './find-step.ts';
import { shortId } from './short-id.ts';

const ids = [
  '01a20193-f8dc-7488-8e12-36b72cf529e7',
  '01a20193-f8dc-7488-8e12-36b72cf529aa',
  '01a20199-0000-7000-8000-0000000029e7',
  'nightly-42',
];
const runs = ids.map((id, at) => newExecution({ id, name: `run ${at}`, createdAt: at }));

/** The records of these runs, newest first. */
const records = {
  get: async (_: string, id: string) => runs.find((one) => one.id === id),
  async *list() {
    yield* [...runs].reverse();
  },
} as unknown as Pick<RecordView, 'get' | 'list'>;

const find = async (reference: string): Promise<string> => (await findExecution(records, reference)).name;

describe('a run is found', () => {
  test.each([
    ['latest', 'run 3'],
    [ids[0] ?? '', 'run 0'],
    ['nightly-42', 'run 3'],
    ['2cf529e7', 'run 0'],
    ['2CF529E7', 'run 0'],
    ['36b72cf529aa', 'run 1'],
    ['8e12-36b72cf529aa', 'run 1'],
    ['01a20199', 'run 2'],
    ['0199', undefined],
    ['29e7', 'several'],
    ['01a2', 'several'],
    ['9e7', undefined],
    ['', undefined],
    ['----', undefined],
  ])('by %j: %s', async (reference, expected) => {
    if (expected === undefined) {
      await expect(find(reference)).rejects.toMatchObject({ code: 'NO_SUCH_RUN', exitCode: 1 });
    } else if (expected === 'several') {
      await expect(find(reference)).rejects.toMatchObject({ code: 'AMBIGUOUS', exitCode: 1 });
    } else expect(await find(reference)).toBe(expected);
  });

  test('and what is shown of an id finds it', async () => {
    for (const run of runs) expect(await find(shortId(run.id))).toBe(run.name);
  });
});

describe('a step is found', () => {
  const steps = ['build', 'test', 'test', '0'].map((name, index) =>
    newStep({ id: `step-id-${index}000`, executionId: 'e', name, index, createdAt: 0 }),
  );

  test.each([
    ['build', 0],
    ['1', 1],
    // A name counts before an index.
    ['0', 3],
    ['2000', 2],
  ])('by %j', (reference, index) => {
    expect(findStep(steps, reference).index).toBe(index);
  });

  test('or refused', () => {
    expect(() => findStep(steps, 'test')).toThrow('several steps fit "test"; name one by its index: 1, 2');
    expect(() => findStep(steps, 'deploy')).toThrow('no step "deploy"');
  });
});

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isStoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { admitRecordOp } from './admit-record-op.ts';
import type { JsonObject } from './json.ts';
import { putArtifact, putExecution, putFact, putStep, type RecordOp, remove } from './record-op.ts';

const execution = { id: 'e', name: 'n', createdAt: 1 };
const step = { id: 's', executionId: 'e', index: 0, name: 'n', createdAt: 1 };
const artifact = { id: 'a', executionId: 'e', name: 'n', filePath: 'f', createdAt: 1 };

const wholeOps: Readonly<Record<string, RecordOp>> = {
  execution: putExecution(execution),
  step: putStep(step),
  artifact: putArtifact(artifact),
};

/** The op of a kind with one field replaced, past the types. */
function withField(kind: string, field: string, value: unknown): RecordOp {
  const op = wholeOps[kind] as Extract<RecordOp, { type: 'put' }>;
  return { ...op, record: { ...op.record, [field]: value } } as RecordOp;
}

let deep: unknown = 'bottom';
for (let level = 0; level < 200; level += 1) deep = { deep };
const loop: Record<string, unknown> = {};
loop.self = loop;

class NotPlain {
  readonly x = 1;
}

const badTexts = [undefined, 7, {}, [], Symbol('x'), 'nul\0', '\ud800', 'a\udc00', Object('boxed')];
const badKeys = [...badTexts, null, '', 'x'.repeat(1025)];
const badTimes = [
  undefined,
  null,
  'now',
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  8.64e15 + 1,
  1n,
  new Date(),
];
const badCounts = [undefined, 'one', -1, 0.5, Number.NaN, 2 ** 53];
const badBooleans = [undefined, null, 0, 'true'];
const badJson = [
  undefined,
  null,
  'text',
  [],
  { x: undefined },
  { x: () => 1 },
  { x: Symbol('x') },
  { x: 1n },
  { x: Number.NaN },
  { x: Number.NEGATIVE_INFINITY },
  { x: -0 },
  { x: new Date() },
  { x: new Map() },
  { x: new NotPlain() },
  { x: Buffer.from('x') },
  { x: '\ud800' },
  { '\ud800': 1 },
  { x: [undefined] },
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
  { x: [1, , 3] },
  new NotPlain(),
  deep,
  loop,
];
const badTags = [undefined, null, 'tag', {}, [''], [7], ['\ud800'], ['nul\0'], [undefined]];

const bad: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  execution: {
    id: badKeys,
    name: [...badTexts, null],
    command: badTexts,
    workingDirectory: badTexts,
    status: [undefined, null, '', 'skipped', 'RUNNING', 'toString', ['running']],
    exitCode: [undefined, '0', 1.5, Number.NaN, 2 ** 53],
    errorMessage: badTexts,
    createdAt: badTimes,
    startedAt: badTimes.filter((value) => value !== null),
    completedAt: badTimes.filter((value) => value !== null),
    environment: [...badJson, { PATH: 7 }, { PATH: null }, { PATH: {} }],
    user: badTexts,
    tags: badTags,
    totalSteps: badCounts,
    completedSteps: [...badCounts, 1],
    currentStepIndex: [undefined, null, -2, 0.5],
    metadata: badJson,
    session: badKeys.filter((value) => value !== null),
    retentionDays: badCounts,
  },
  step: {
    id: badKeys,
    executionId: badKeys,
    name: [...badTexts, null],
    description: badTexts,
    index: [...badCounts, null],
    status: [undefined, 'done'],
    exitCode: [undefined, '0'],
    errorMessage: badTexts,
    createdAt: badTimes,
    startedAt: badTimes.filter((value) => value !== null),
    completedAt: badTimes.filter((value) => value !== null),
    estimatedDuration: badCounts,
    stopOnError: badBooleans,
    metadata: badJson,
  },
  artifact: {
    id: badKeys,
    executionId: badKeys,
    stepId: badKeys.filter((value) => value !== null),
    name: [...badTexts, null],
    description: badTexts,
    filePath: [...badTexts, null],
    fileName: [...badTexts, null],
    fileSize: [...badCounts, null],
    mimeType: [...badTexts, null],
    type: [undefined, null, 'movie'],
    hash: [
      undefined,
      '',
      'abc',
      'A'.repeat(64),
      ['a'.repeat(64)],
      { toString: () => 'a'.repeat(64) },
      `${'a'.repeat(64)}\n`,
    ],
    createdAt: badTimes,
    tags: badTags,
    isPublic: badBooleans,
    retentionDays: badCounts,
    metadata: badJson,
  },
};

describe.each(Object.keys(bad))('of an %s', (kind) => {
  test('SF-33: every field is tested here', () => {
    const op = wholeOps[kind] as Extract<RecordOp, { type: 'put' }>;
    expect(Object.keys(bad[kind] ?? {}).sort()).toEqual(Object.keys(op.record).sort());
  });

  test.each(Object.keys(bad[kind] ?? {}))('SF-33: what %s cannot hold is refused by name', (field) => {
    for (const value of bad[kind]?.[field] ?? []) {
      let message = 'it was admitted';
      try {
        admitRecordOp(withField(kind, field, value));
      } catch (error) {
        if (!isStoreError(error, 'INVALID_ARGUMENT')) throw error;
        message = error.message;
      }
      expect(message).toContain(field);
    }
  });

  test('SF-33: a field too many or too few is refused', async () => {
    expect(await codeOf(() => admitRecordOp(withField(kind, 'taggs', [])))).toBe('INVALID_ARGUMENT');
    const op = wholeOps[kind] as Extract<RecordOp, { type: 'put' }>;
    const { metadata: _, ...rest } = op.record;
    expect(await codeOf(() => admitRecordOp({ ...op, record: rest } as never))).toBe('INVALID_ARGUMENT');
    for (const record of [undefined, null, 'text', 7]) {
      expect(await codeOf(() => admitRecordOp({ ...op, record } as never))).toBe('INVALID_ARGUMENT');
    }
  });
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'put'],
  ['an empty object', {}],
  ['another type', { type: 'upsert' }],
  ['another kind', { type: 'put', kind: 'log', record: {}, resume: false }],
  ['a kind of the prototype', { type: 'put', kind: 'constructor', record: {}, resume: false }],
  ['a removal of another kind', { type: 'remove', kind: 'log', id: 'x' }],
  ['a removal of nothing', remove('execution', '')],
  ['a removal of no text', { type: 'remove', kind: 'step', id: 7 }],
  ['no fact', { type: 'put-fact' }],
  ['half a fact', { type: 'put-fact', fact: { subject: 's', predicate: 'p' } }],
  ['an empty term', putFact({ subject: 's', predicate: '', object: 'o' })],
  ['a term that is too long', putFact({ subject: 's', predicate: 'p', object: 'x'.repeat(1025) })],
  ['a term with a lone surrogate', putFact({ subject: '\udfff', predicate: 'p', object: 'o' })],
])('SF-33: %s is INVALID_ARGUMENT', async (_, op) => {
  expect(await codeOf(() => admitRecordOp(op as RecordOp))).toBe('INVALID_ARGUMENT');
});

test('SF-33: the edges of what can be kept are admitted', () => {
  const record = {
    ...execution,
    id: 'x'.repeat(1024),
    name: '',
    exitCode: -9_007_199_254_740_991,
    createdAt: 0,
    completedAt: 8.64e15,
    environment: { '': '', 'A=B': 'nul \0 may stand in JSON', __proto: 'x' },
    tags: ['x'.repeat(1024), 'same', 'same'],
    totalSteps: 3,
    completedSteps: 3,
    metadata: JSON.parse(
      '{"__proto__": {"polluted": true}, "nul": "\\u0000", "empty": {}, "list": [[], {}, null]}',
    ),
  };
  expect(admitRecordOp(putExecution(record))).toBeGreaterThan(2_000);
  expect(({} as { polluted?: true }).polluted).toBeUndefined();
});

test('S10: the size of an op grows with what it holds', () => {
  const size = (text: string): number => admitRecordOp(putExecution({ ...execution, metadata: { text } }));
  expect(size('x'.repeat(10_000)) - size('')).toBe(10_000);
});

test('SF-33: metadata is admitted exactly when JSON gives it back as it is', () => {
  const metadata = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(metadata, (value) => {
      const kept = isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value);
      const op = putExecution({ ...execution, metadata: value as JsonObject });
      if (kept) admitRecordOp(op);
      else expect(() => admitRecordOp(op)).toThrowError('metadata');
    }),
  );
});

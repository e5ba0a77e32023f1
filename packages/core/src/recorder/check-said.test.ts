import { expect, test } from 'vitest';
import type { StoreError } from '../errors/store-error.ts';
import {
  artifactFields,
  checkInit,
  checkSaid,
  checkWork,
  executionChanges,
  executionFields,
  failureFields,
  mergeMetadata,
  stepChanges,
} from './check-said.ts';
import type { ExecutionOptions } from './recorder.ts';

const invalid = (message: string): StoreError =>
  expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }) as never;

test('SF-60: what is the recorder’s to say is refused, wherever it comes in', () => {
  for (const [fields, what] of [
    [executionFields, 'an execution'],
    [executionChanges, 'an update'],
    [stepChanges, 'an update'],
    [artifactFields, 'an artifact'],
    [failureFields, 'a failure'],
  ] as const) {
    for (const field of ['status', 'session', 'createdAt', 'hash', '__proto__', 'constructor']) {
      const said = JSON.parse(`{ ${JSON.stringify(field)}: "x" }`);
      const check = (): unknown => checkSaid(said, fields as ReadonlySet<never>, what);
      expect(check).toThrow(invalid(`${what} does not take "${field}"; it takes ${[...fields].join(', ')}`));
    }
  }
});

test('SF-60: a name alone will do; undefined says nothing', () => {
  expect(checkInit<ExecutionOptions>('nightly', executionFields, 'an execution')).toEqual({
    name: 'nightly',
  });
  const said = { name: 'nightly', id: undefined, tags: undefined } as unknown as ExecutionOptions;
  expect(checkInit<ExecutionOptions>(said, executionFields, 'an execution')).toEqual({ name: 'nightly' });
});

test('S11: what is no object, or cannot be read, is refused with its reason', () => {
  for (const said of [null, undefined, 5, true]) {
    expect(() => checkSaid(said as never, failureFields, 'a failure')).toThrow(
      invalid('what is said of a failure must be an object'),
    );
  }
  const cause = new Error('not today');
  const hostile = {
    get exitCode(): never {
      throw cause;
    },
  };
  expect(() => checkSaid(hostile, failureFields, 'a failure')).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', cause }),
  );
});

test('SF-62: metadata is merged key by key, and is an object', () => {
  expect(mergeMetadata<object>({ a: 1, b: 1 }, { b: 2 })).toEqual({ a: 1, b: 2 });
  expect(mergeMetadata<object>({ a: 1 }, undefined)).toEqual({ a: 1 });
  for (const news of ['text', null, [1]]) {
    expect(() => mergeMetadata<object>({}, news as never)).toThrow(
      invalid('metadata must be a plain object'),
    );
  }
});

test('work is a function', () => {
  checkWork(() => undefined);
  for (const work of [undefined, null, 'x', Promise.resolve()])
    expect(() => checkWork(work)).toThrow(invalid('a function'));
});

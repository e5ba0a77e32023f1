import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../errors/store-error.ts';
import { recorderOptionShape } from '../recorder/recorder-option-shape.ts';
import { type StoreOptions, storeOptionShape } from '../store/store-options.ts';
import { checkOptions } from './check-options.ts';
import {
  abortSignal,
  callback,
  filePath,
  flag,
  having,
  listOf,
  milliseconds,
  oneOf,
  text,
  wholeFrom,
} from './option-checks.ts';
import type { OptionShape } from './option-shape.ts';

const shape: OptionShape<StoreOptions> = storeOptionShape;

function refusal(options: unknown): StoreError {
  try {
    checkOptions<StoreOptions>(options, shape);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'INVALID_ARGUMENT') return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('SF-25: a name that does not exist is refused at any depth, with the one that was meant', () => {
  test.each<[unknown, string, string]>([
    [
      { durabilty: 'none' },
      'options.durabilty',
      'there is no options.durabilty; did you mean options.durability?',
    ],
    [{ group: { op: 1 } }, 'options.group.op', 'did you mean options.group.ops?'],
    [{ bytes: 5 }, 'options.bytes', 'did you mean options.group.bytes or options.queue.bytes?'],
    [{ ms: 5 }, 'options.ms', 'did you mean options.group.ms or options.buffered.ms?'],
    [
      { queue: { busyWait: 5 } },
      'options.queue.busyWait',
      'there is no options.queue.busyWait; did you mean options.busyWait?',
    ],
    [
      { queue: { retries: 5 } },
      'options.queue.retries',
      'there is no options.queue.retries; there are ops, bytes',
    ],
    [{ 'no name': 1 }, 'options["no name"]', 'there is no options["no name"]; there are snapshotDeadline, '],
    [JSON.parse('{"__proto__":{"writer":"shared"}}'), 'options.__proto__', 'there is no options.__proto__'],
    [{ constructor: 1 }, 'options.constructor', 'there is no options.constructor'],
    [{ hasOwnProperty: 1 }, 'options.hasOwnProperty', 'there is no options.hasOwnProperty'],
  ])('%j', (options, option, message) => {
    expect(refusal(options)).toMatchObject({
      message: expect.stringContaining(message),
      details: { option },
    });
  });

  test('also one of a million letters, at once', () => {
    expect(refusal({ ['x'.repeat(1_000_000)]: 1 }).message.length).toBeLessThan(400);
  });
});

describe('SF-25: a value that cannot be is refused by its path', () => {
  const nonsense = [null, true, 'x', Number.NaN, -1, 1n, Symbol('s'), [], () => 1, new Map()];
  test.each(nonsense)('options that are %s', (options) => {
    expect(refusal(options).message).toMatch(/^options must be a plain object, not /);
  });

  test.each(nonsense.filter((value) => typeof value !== 'string'))('every option that is %s', (value) => {
    for (const name of Object.keys(storeOptionShape)) {
      if (typeof value === 'function' && (name === 'now' || name === 'onWarning')) continue;
      expect(refusal({ [name]: value }), name).toMatchObject({ details: { option: `options.${name}` } });
    }
    for (const [outer, inner] of Object.entries(storeOptionShape)) {
      if (typeof inner === 'function') continue;
      for (const name of Object.keys(inner)) {
        const option = `options.${outer}.${name}`;
        expect(refusal({ [outer]: { [name]: value } }), option).toMatchObject({ details: { option } });
      }
    }
  });

  test('a timer of more than 2³¹ − 1 ms, which would end at once', () => {
    for (const name of ['snapshotDeadline', 'lockWait', 'busyWait']) {
      expect(refusal({ [name]: 2 ** 31 }).message).toBe(
        `options.${name} must be a number of milliseconds from 0 to 2147483647, not 2147483648`,
      );
      expect(checkOptions({ [name]: 2 ** 31 - 1 }, shape)).toEqual({ [name]: 2 ** 31 - 1 });
    }
    expect(refusal({ buffered: { ms: Number.POSITIVE_INFINITY } }).details).toEqual({
      option: 'options.buffered.ms',
    });
  });

  test('text that cannot be written down', () => {
    for (const purpose of ['', '\0', '\ud800', 'x'.repeat(1025)])
      expect(refusal({ purpose }).message).toContain('options.purpose');
  });
});

describe('SF-25: what an object is like', () => {
  test('without a prototype, of another realm, frozen: all the same', () => {
    const bare = Object.assign(Object.create(null), { writer: 'shared', group: Object.create(null) });
    expect(checkOptions(bare, shape)).toEqual({ writer: 'shared', group: {} });
    const foreign = runInContext('({ group: { ops: 7 } })', createContext());
    expect(checkOptions(foreign, shape)).toEqual({ group: { ops: 7 } });
    expect(checkOptions(Object.freeze({ lockWait: 5 }), shape)).toEqual({ lockWait: 5 });
  });

  test('what stands in a prototype is never taken for an option', () => {
    const inherited = Object.create({ writer: 'shared' });
    expect(refusal(inherited).message).toContain('must be a plain object');
    const polluted = Object.prototype as { writer?: string };
    polluted.writer = 'shared';
    try {
      expect(Object.hasOwn(checkOptions<StoreOptions>({}, shape), 'writer')).toBe(false);
    } finally {
      delete polluted.writer;
    }
  });

  test('undefined says nothing', () => {
    expect(checkOptions({ writer: undefined, group: { ops: undefined, ms: 1 } }, shape)).toEqual({
      group: { ms: 1 },
    });
  });

  test('each is read once', () => {
    let reads = 0;
    const shifty = {
      get lockWait() {
        reads += 1;
        return reads === 1 ? 5 : Number.NaN;
      },
    };
    expect(checkOptions(shifty, shape)).toEqual({ lockWait: 5 });
    expect(reads).toBe(1);
  });

  test('S11: a getter that throws, and a proxy that nobody can look into, keep their reason', () => {
    const cause = new Error('not today');
    const getter = {
      get ops(): never {
        throw cause;
      },
    };
    expect(refusal({ group: getter })).toMatchObject({
      message: 'options.group.ops cannot be read: Error: not today',
      details: { option: 'options.group.ops' },
      cause,
    });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(refusal(proxy).cause).toBeInstanceOf(TypeError);
    expect(refusal({ queue: proxy }).details).toEqual({ option: 'options.queue' });
  });
});

test('each check takes what it should', () => {
  const controller = new AbortController();
  const thing = { put: () => undefined };
  expect(oneOf('a', 'b')('b', 'x')).toBe('b');
  expect(wholeFrom(0)(0, 'x')).toBe(0);
  expect(milliseconds(0.5, 'x')).toBe(0.5);
  expect(flag(false, 'x')).toBe(false);
  expect(callback(Date.now, 'x')).toBe(Date.now);
  expect(having<typeof thing>('put')(thing, 'x')).toBe(thing);
  expect(abortSignal(controller.signal, 'x')).toBe(controller.signal);
  for (const wrong of [undefined, null, 5, {}, { put: 5 }]) {
    expect(() => having<typeof thing>('put')(wrong, 'x')).toThrow('x must be an object with put');
    expect(() => abortSignal(wrong, 'x')).toThrow('x must be an AbortSignal');
  }
  expect(text('', 'x')).toBe('');
  expect(listOf(filePath)(['/a', 'b c?#%'], 'x')).toEqual(['/a', 'b c?#%']);
  for (const wrong of ['', 'a\0b', 'a\ud800', 5, new URL('file:///a')]) {
    expect(() => listOf(filePath)(['a', wrong], 'x')).toThrow(/^x\[1\] must be a path/);
  }
  expect(() => listOf(text)('ab', 'x')).toThrow('x must be an array');
  expect(() => text(5, 'x')).toThrow('x must be text, not 5');
  expect(() => wholeFrom(1)(1.5, 'x')).toThrow('x must be a whole number from 1 up, not 1.5');
  expect(() => flag('yes', 'x')).toThrow('x must be true or false');
});

test('SF-25: options of a recorder', () => {
  expect(() => checkOptions({ linedelay: 1 }, recorderOptionShape)).toThrow(
    'did you mean options.lineDelay?',
  );
  for (const wrong of [{ contents: {} }, { now: 5 }, { newId: 'id' }, { lineBytes: 0 }, { lineDelay: -1 }]) {
    expect(() => checkOptions(wrong, recorderOptionShape)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  }
});

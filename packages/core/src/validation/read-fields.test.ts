import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { readFields } from './read-fields.ts';

test('S11: the fields of a plain object are read, each once', () => {
  let reads = 0;
  const given = {
    a: 1,
    get b() {
      reads += 1;
      return reads;
    },
  };
  expect(readFields(given, 'it')).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  expect(readFields(Object.assign(Object.create(null), { x: undefined }), 'it')).toEqual([['x', undefined]]);
});

test('S11: nothing that somebody gave is overlooked', () => {
  const given = Object.defineProperty({ [Symbol('s')]: 1 }, 'hidden', { value: 2 });
  expect(readFields(given, 'it')).toEqual([
    ['hidden', 2],
    ['Symbol(s)', 1],
  ]);
  expect(readFields(runInNewContext('({ x: 1 })'), 'it')).toEqual([['x', 1]]);
  expect(readFields(JSON.parse('{"__proto__": 7}'), 'it')).toEqual([['__proto__', 7]]);
});

class Query {
  get name(): string {
    return 'n';
  }
}

const revoked = Proxy.revocable({}, {});
revoked.revoke();

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'name'],
  ['a function', () => ({})],
  ['an array', []],
  ['a Map', new Map([['name', 'n']])],
  ['a Date', new Date()],
  ['an instance, whose getters are its prototype’s', new Query()],
  ['an object that inherits its fields', Object.create({ name: 'n' })],
  [
    'a getter that throws',
    Object.defineProperty({}, 'name', { get: () => JSON.parse('{'), enumerable: true }),
  ],
  ['a getter that throws no error', Object.defineProperty({}, 'name', { get: () => thrown(Symbol('x')) })],
  ['a proxy that throws', new Proxy({}, { ownKeys: () => thrown(new RangeError('no')) })],
  ['a proxy that is gone', revoked.proxy],
  ['a function whose name is no text', { constructor: { name: Symbol('x') }, __proto__: { x: 1 } }],
])('S11: %s is INVALID_ARGUMENT', async (_, given) => {
  expect(await codeOf(() => readFields(given, 'it'))).toBe('INVALID_ARGUMENT');
});

function thrown(what: unknown): never {
  throw what;
}

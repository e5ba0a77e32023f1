import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLines, open, putArtifact, putExecution, putFact, type Stepwell, toArray } from './index.ts';

let workspace: Workspace;
let stepwell: Stepwell;
beforeEach(async () => {
  workspace = await makeWorkspace('taken');
  stepwell = await open(workspace.within('store'));
});
afterEach(async () => {
  await stepwell.close();
  await workspace[Symbol.asyncDispose]();
});

test('S1: what was given is stored as it was given, whatever the caller does with it afterwards', async () => {
  const { store, recorder } = stepwell;
  const bytes = Buffer.from('good');
  const metadata: Record<string, number> = { a: 1 };
  const put = putExecution({ id: 'e', name: 'e', createdAt: 1, metadata });
  const append = appendLines('s', [bytes]);
  const neighbour = store.write([putExecution({ id: 'n', name: 'n', createdAt: 1 })]);
  const written = store.write([put, append], { durability: 'none' });
  bytes.write('evil');
  metadata.a = Number.NaN;
  // What `appendLines` made cannot be changed at all.
  expect(() => (append.lines as unknown[]).push('not a line')).toThrow(TypeError);
  await Promise.all([written, neighbour, store.flush()]);

  const execution = await recorder.start('logs');
  bytes.write('good');
  await execution.log({ content: bytes });
  bytes.write('evil');
  await execution.complete();
  await store.withSnapshot(async ({ view }) => {
    expect((await toArray(view.logs.lines('s'))).map((line) => line.text)).toEqual(['good']);
    expect((await toArray(view.logs.lines(execution.id))).map((line) => line.text)).toEqual(['good']);
    expect(await view.records.get('execution', 'e')).toMatchObject({ metadata: { a: 1 } });
  });
});

test('SF-62: the environment of this process can be stored as it is', async () => {
  const execution = await stepwell.recorder.start({
    name: 'e',
    environment: process.env as Record<string, string>,
  });
  await execution.complete();
  expect(execution.record.environment).toMatchObject({ PATH: process.env.PATH });
});

const nonsense = [null, undefined, 5, 'abc', {}, new Set([1])] as never[];
const calls: Record<string, (value: never) => unknown> = {
  putArtifact: (value) =>
    stepwell.store.write([
      putArtifact({ id: 'a', executionId: 'e', name: 'a', createdAt: 1, filePath: value }),
    ]),
  putFact: (value) => stepwell.store.write([putFact(value)]),
  'appendLines of a line': (value) => stepwell.store.write([appendLines('s', [value])]),
  facts: (value) => stepwell.store.withSnapshot(({ view }) => view.records.facts({ subject: value }).all()),
  'facts where': (value) =>
    stepwell.store.withSnapshot(({ view }) =>
      view.records
        .facts()
        .where({ x: value } as never)
        .all(),
    ),
  status: (value) =>
    stepwell.store.withSnapshot(({ view }) => toArray(view.records.list('execution', { status: [value] }))),
  'lines of a stream': (value) =>
    stepwell.store.withSnapshot(({ view }) => toArray(view.logs.lines(Object(value) as never))),
  'write options': (value) => stepwell.store.write([], { durabilty: value } as never),
  signal: (value) => stepwell.store.write([], { signal: Object(value) as never }),
  execution: (value) => stepwell.recorder.start({ status: 'completed', name: value } as never),
};

test.each(Object.keys(calls))('S11: nonsense for %s is INVALID_ARGUMENT', async (name) => {
  const call = calls[name] as (value: never) => unknown;
  for (const value of nonsense) {
    // Text is what some of them want.
    if (value === 'abc' && /putArtifact|line|facts/.test(name)) continue;
    if (value === undefined && name === 'facts') continue;
    await expect((async () => await call(value))(), String(value)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  }
});

test('S11: what cannot even be read is INVALID_ARGUMENT', async () => {
  const hostile = {
    get trap(): never {
      throw new Error('no');
    },
  };
  const write = stepwell.store.write([putExecution({ id: 'e', name: 'e', createdAt: 1, metadata: hostile })]);
  await expect(write).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', cause: expect.any(Error) });
  await expect(
    stepwell.store.write([putExecution({ id: 'e', name: 'e', createdAt: -0 })]),
  ).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

test('SF-60: what is the recorder’s to say is refused, and nothing of it is recorded', async () => {
  const { store, recorder } = stepwell;
  const execution = await recorder.start('e');
  const step = await execution.step('s');
  const refused: (() => Promise<unknown>)[] = [
    () => execution.update({ status: 'completed' } as never),
    () => execution.update({ metadata: 'text' } as never),
    () => execution.update(undefined as never),
    () => step.update({ index: 5 } as never),
    () => execution.artifact('a', { content: new Uint8Array(1), hash: 'x' } as never),
    () => step.fail('x', { exit: 3 } as never),
    () => execution.step('t', 5 as never),
    () => recorder.execution('f', undefined as never),
  ];
  for (const call of refused) await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  expect(execution.record).toMatchObject({ status: 'running', metadata: {}, totalSteps: 1 });
  await execution.complete();
  await store.withSnapshot(async ({ view }) => {
    expect(await view.records.count('execution')).toBe(1);
    expect(await view.records.count('step')).toBe(1);
    expect(await view.records.count('artifact')).toBe(0);
  });
});

test('S11: a misspelt option of changes is refused, and so are none', () => {
  const { store } = stepwell;
  for (const [options, message] of [
    [{ since: 'x.1', sginal: 5 }, 'there is no options.sginal; did you mean options.signal?'],
    [{ since: 5 }, 'options.since must be text, not 5'],
    [undefined, 'options must be a plain object, not undefined'],
  ] as const) {
    expect(() => store.changes(options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
    );
  }
});

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkspace, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenOptions, open, openReadOnly, repairStore, toArray } from './index.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace('options');
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
});

test.each<[unknown, string]>([
  [{ interupted: 'leave' }, 'there is no options.interupted; did you mean options.interrupted?'],
  [{ interrupted: 'x' }, 'options.interrupted must be one of settle, leave, not "x"'],
  [{ lineDelay: 5 }, 'there is no options.lineDelay; did you mean options.recorder.lineDelay?'],
  [{ recorder: { now: Date.now } }, 'there is no options.recorder.now; did you mean options.now?'],
  [{ recorder: { linedelay: 5 } }, 'did you mean options.recorder.lineDelay?'],
  [{ recorder: { lineDelay: 2 ** 31 } }, 'options.recorder.lineDelay must be a number of milliseconds'],
  [{ recorder: { newId: 'a' } }, 'options.recorder.newId must be a function'],
  [{ recorder: null }, 'options.recorder must be a plain object, not null'],
  [{ artifacts: { maxBytes: -1 } }, 'options.artifacts.maxBytes'],
  [{ artifacts: { within: ['\0'] } }, 'options.artifacts.within[0] must be a path'],
  [{ records: { cacheBytes: 5 } }, 'options.records.cacheBytes must be a whole number from 1024 up'],
  [{ records: { networkFiles: 'yes' } }, 'options.records.networkFiles must be true or false'],
  [{ records: { path: 'x' } }, 'there is no options.records.path; there are cacheBytes'],
  [{ retention: 5 }, 'did you mean options.records.retention?'],
  [{ logs: { segmentBytes: 4095 } }, 'options.logs.segmentBytes must be a whole number from 4096 up'],
  [{ group: { op: 5 } }, 'did you mean options.group.ops?'],
  [{ buffered: [] }, 'options.buffered must be a plain object, not an array'],
  [{ queue: { ops: 0 } }, 'options.queue.ops must be a whole number from 1 up'],
  [{ onWarning: 'console' }, 'options.onWarning must be a function'],
  [{ durability: 'power' }, 'options.durability must be one of none, process-crash, power-loss'],
  [JSON.parse('{"__proto__":{}}'), 'there is no options.__proto__'],
  [null, 'options must be a plain object, not null'],
  ['shared', 'options must be a plain object, not "shared"'],
])('SF-25: %j is INVALID_ARGUMENT, before anything is made', async (options, message) => {
  const directory = workspace.within('store');
  await expect(open(directory, options as never)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(message),
  });
  expect(existsSync(directory)).toBe(false);
});

test('S11: nor is one that cannot be read', async () => {
  const cause = new Error('not today');
  const recorder = {
    get lineDelay(): never {
      throw cause;
    },
  };
  await expect(open(workspace.within('store'), { recorder })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: 'options.recorder.lineDelay cannot be read: Error: not today',
    cause,
  });
});

test('SF-25: a reader has the options of a reader', async () => {
  await (await open(workspace.within('store'))).close();
  await expect(openReadOnly(workspace.within('store'), { writer: 'shared' } as never)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: 'there is no options.writer; there are snapshotDeadline, onWarning, now, records',
  });
});

test('SF-25: every option does what it says', async () => {
  let id = 0;
  const options = Object.assign(Object.create(null), {
    busyWait: 2.5,
    records: { cacheBytes: 100_000, snapshotConnections: 1, networkFiles: true },
    logs: { segmentBytes: 4_096 },
    recorder: { newId: () => `id-${id++}`, lineDelay: 0, lineBytes: 1 },
    artifacts: { maxBytes: 3, within: [workspace.within('out')] },
    now: () => 1_000,
  });
  await using stepwell = await open(workspace.within('store'), options);
  const execution = await stepwell.recorder.start('options');
  expect(execution.record).toMatchObject({ id: 'id-0', createdAt: 1_000 });
  expect(execution.log('more than one byte')).toBeInstanceOf(Promise);
  await expect(execution.artifact('a', { content: new Uint8Array(4) })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    details: { maxBytes: 3 },
  });
  await expect(execution.artifact(process.execPath)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await execution.artifact('b', { content: new Uint8Array(3) });
  await stepwell.store.withSnapshot(async ({ view }) => {
    expect(await toArray(view.records.list('artifact', {}))).toMatchObject([
      { id: expect.stringMatching(/^id-/), createdAt: 1_000 },
    ]);
  });
  await execution.log('x'.repeat(10_000));
  await execution.complete();
  const segments = readdirSync(join(stepwell.directory, 'logs')).filter((name) => name.endsWith('.seg'));
  expect(segments.length).toBeGreaterThan(1);
  const reader = await openReadOnly(stepwell.directory, { records: { networkFiles: true } });
  await reader.close();
});

test('the options of logs are passed on to fileLogs, each with its own check', async () => {
  const logs = { segmentBytes: 4096, compression: 'deflate', maintenance: 'manual' } as const;
  const store = workspace.within('store');
  await (await open(store, { logs })).close();
  await repairStore(store, { logs });
  for (const wrong of [{ compression: 'zip' }, { maintenance: true }, { directory: 'elsewhere' }])
    await expect(open(store, { logs: wrong } as unknown as OpenOptions)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
});

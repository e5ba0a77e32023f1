import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { bytesOf } from './fixtures/bytes.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';
import { blobPath, layoutOf } from './layout.ts';

const hour = 3_600_000;
const later = (ms: number) => () => Date.now() + ms;

test('SF-37: content that no record names is collected, what is named stays', async () => {
  const artifacts = openArtifacts(tempDirectory(), { now: later(24 * hour) });
  const kept = await artifacts.put(bytesOf('kept'));
  const alsoKept = await artifacts.put(bytesOf('also kept'));
  const orphan = await artifacts.put(bytesOf('orphan'));
  async function* named(): AsyncGenerator<string> {
    yield kept.hash;
    yield alsoKept.hash;
  }
  expect(await artifacts.collect({ keep: named() })).toMatchObject({
    performed: true,
    measures: [
      { name: 'artifacts.collected.count', value: 1 },
      { name: 'artifacts.collected.bytes', value: orphan.size },
      { name: 'artifacts.drafts.count', value: 0 },
    ],
  });
  expect((await toArray(artifacts.list())).map(({ hash }) => hash)).toEqual(
    [kept.hash, alsoKept.hash].sort(),
  );
  expect(await artifacts.collect({ keep: new Set([kept.hash, alsoKept.hash]) })).toMatchObject({
    performed: false,
    reason: 'there was nothing to delete',
  });
});

test('without a list of what is named every blob stays', async () => {
  const artifacts = openArtifacts(tempDirectory(), { now: later(24 * hour) });
  const { hash } = await artifacts.put(bytesOf('abc'));
  expect(await artifacts.collect({ minAge: 0 })).toMatchObject({ performed: false });
  expect(await artifacts.has(hash)).toBe(true);
});

test('content is young for an hour after it was put last, so its record has time to be written', async () => {
  const directory = tempDirectory();
  const soon = openArtifacts(directory, { now: later(hour - 60_000) });
  const { hash } = await soon.put(bytesOf('abc'));
  expect(await soon.collect({ keep: [] })).toMatchObject({ performed: false });
  expect(await soon.collect({ keep: [], minAge: hour / 2 })).toMatchObject({ performed: true });
  expect(await soon.has(hash)).toBe(false);
});

test('putting content again makes it young again', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory);
  const { hash } = await artifacts.put(bytesOf('abc'));
  const old = new Date('2020-01-01');
  utimesSync(join(directory, 'sha256', hash.slice(0, 2), hash.slice(2)), old, old);
  expect(await artifacts.stat(hash)).toMatchObject({ storedAt: old.getTime() });
  await artifacts.put(bytesOf('abc'));
  expect((await artifacts.stat(hash))?.storedAt).toBeGreaterThan(old.getTime());
  expect(await artifacts.collect({ keep: [] })).toMatchObject({ performed: false });
});

test('S9: while somebody holds, a collection deletes nothing; puts and reads go on', async () => {
  const directory = tempDirectory();
  const reader = openArtifacts(directory);
  const collector = openArtifacts(directory, { now: later(24 * hour), lockWait: 50 });
  const { hash } = await reader.put(bytesOf('abc'));
  const hold = await reader.hold();
  await expect(collector.collect({ keep: [] })).rejects.toMatchObject({ code: 'BUSY', retryable: true });
  expect(await collector.put(bytesOf('abc'))).toMatchObject({ hash });
  expect(await reader.has(hash)).toBe(true);
  await hold.release();
  await hold.release();
  expect(await collector.collect({ keep: [] })).toMatchObject({ performed: true });
  expect(await reader.has(hash)).toBe(false);
});

test('an aborted collection is ABORTED, and so is one that waits for a lock', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory, { now: later(24 * hour) });
  await artifacts.put(bytesOf('abc'));
  await expect(artifacts.collect({ keep: [], signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  await using _hold = await artifacts.hold();
  const controller = new AbortController();
  const collection = artifacts.collect({ keep: [], signal: controller.signal });
  setImmediate(() => controller.abort());
  await expect(collection).rejects.toMatchObject({ code: 'ABORTED' });
});

test('S9: what lost its name stays readable for readers of an older state, then a later collection deletes it', async () => {
  const directory = tempDirectory();
  let now = Date.now() + 24 * hour;
  const artifacts = openArtifacts(directory, { now: () => now });
  const { hash } = await artifacts.put(bytesOf('abc'));
  const collect = async () => await artifacts.collect({ keep: [], unnamedFor: hour });
  expect(await collect()).toMatchObject({ performed: false, reason: expect.stringMatching(/wait.*: 1$/) });
  now += hour - 1;
  expect(await collect()).toMatchObject({ performed: false });
  expect(await artifacts.has(hash)).toBe(true);
  now += 1;
  expect(await collect()).toMatchObject({ performed: true });
  expect(await artifacts.has(hash)).toBe(false);
  expect(readdirSync(join(directory, 'unnamed'))).toEqual([]);
});

test('S9: the wait begins anew for what had a name again, or was put again', async () => {
  const directory = tempDirectory();
  let now = Date.now() + 24 * hour;
  const artifacts = openArtifacts(directory, { now: () => now });
  const [named, putAgain] = [
    await artifacts.put(bytesOf('named')),
    await artifacts.put(bytesOf('put again')),
  ];
  const collect = async (keep: string[]) => await artifacts.collect({ keep, unnamedFor: hour });
  await collect([]);
  now += hour / 2;
  await collect([named.hash]);
  utimesSync(blobPath(layoutOf(directory), putAgain.hash), now / 1000, now / 1000);
  now += 2 * hour;
  expect(await collect([])).toMatchObject({ performed: false });
  now += hour;
  expect(await collect([])).toMatchObject({ measures: [{ value: 2 }, {}, {}] });
});

test('the names are waited for before anything is called unnamed', async () => {
  let now = Date.now() + 24 * hour;
  const artifacts = openArtifacts(tempDirectory(), { now: () => now });
  await artifacts.put(bytesOf('abc'));
  async function* slowly(): AsyncGenerator<string> {
    now += hour;
    yield* [];
  }
  await artifacts.collect({ keep: slowly(), unnamedFor: hour });
  now += hour - 1;
  expect(await artifacts.collect({ keep: [], unnamedFor: hour })).toMatchObject({ performed: false });
});

test('SF-37: a dry run tells what would be deleted, deletes nothing, marks nothing, and waits for no reader', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory, { now: later(24 * hour) });
  const orphan = await artifacts.put(bytesOf('orphan'));
  const contents = () => readdirSync(directory, { recursive: true }).sort();
  const before = contents();
  await using _reader = await artifacts.hold();
  expect(await artifacts.collect({ keep: [], dryRun: true })).toMatchObject({
    performed: false,
    reason: 'a dry run deletes nothing',
    measures: [{ value: 1 }, { value: orphan.size }, { value: 0 }],
  });
  expect(await artifacts.collect({ keep: [], unnamedFor: hour, dryRun: true })).toMatchObject({
    performed: false,
    reason: expect.stringContaining('contents that wait'),
    measures: [{ value: 0 }, { value: 0 }, { value: 0 }],
  });
  expect(contents()).toEqual(before);
});

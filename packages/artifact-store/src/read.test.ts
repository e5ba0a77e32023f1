import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toArray } from '@stepwell/core';
import { expect, test } from 'vitest';
import { bytesOf, joined, sha256 } from './fixtures/bytes.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';

test('SF-97: reading gives the bytes back, in chunks', async () => {
  const artifacts = openArtifacts(tempDirectory());
  const content = new Uint8Array(700_001).map((_, index) => index % 253);
  const { hash } = await artifacts.put(content);
  const parts = await toArray(artifacts.read(hash));
  expect(parts.length).toBeGreaterThan(1);
  expect(Buffer.concat(parts).equals(content)).toBe(true);
});

test('SF-97: a damaged blob reads as CORRUPT with its path at the end, and verify names it', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory);
  const { hash } = await artifacts.put(bytesOf('sound'));
  await artifacts.put(bytesOf('another'));
  const path = join(directory, 'sha256', hash.slice(0, 2), hash.slice(2));
  writeFileSync(path, 'sounD');
  const seen: Uint8Array[] = [];
  const read = async (): Promise<void> => {
    for await (const chunk of artifacts.read(hash)) seen.push(chunk);
  };
  await expect(read()).rejects.toMatchObject({ code: 'CORRUPT', details: { path, hash, size: 5 } });
  expect(Buffer.concat(seen).toString()).toBe('sounD');
  expect(await artifacts.verify()).toMatchObject({
    performed: true,
    measures: [{ value: 2 }, { value: 12 }],
    problems: [{ id: 'artifact.damaged', where: path }],
  });
});

test('verify names what does not belong there, and collect leaves it alone', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory);
  await artifacts.put(bytesOf('abc'));
  const shard = join(directory, 'sha256', '00');
  mkdirSync(shard);
  const where = join(shard, 'notes.txt');
  writeFileSync(where, 'mine');
  expect((await artifacts.verify()).problems).toMatchObject([{ id: 'artifact.foreign', where }]);
  await artifacts.collect({ keep: [], minAge: 0 });
  expect((await artifacts.verify()).problems).toHaveLength(1);
});

test('SF-97: only a hash is ever looked up, so nothing outside the store can be reached', async () => {
  const directory = tempDirectory();
  writeFileSync(join(directory, 'secret'), 'secret');
  const artifacts = openArtifacts(join(directory, 'store'));
  await artifacts.put(bytesOf('abc'));
  const upper = sha256(bytesOf('abc')).toUpperCase();
  for (const hash of [
    '',
    '../../secret',
    `${'0'.repeat(62)}/.`,
    '0'.repeat(63),
    `${'0'.repeat(64)}\n`,
    upper,
  ]) {
    await expect(artifacts.stat(hash)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(artifacts.has(hash)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(joined(artifacts.read(hash))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(artifacts.collect({ keep: [hash], minAge: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  }
  await expect(artifacts.stat(undefined as unknown as string)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

test('what is not there is NOT_FOUND to read, false to has, undefined to stat; reading makes nothing', async () => {
  const directory = join(tempDirectory(), 'never-made');
  const artifacts = openArtifacts(directory);
  const hash = sha256(bytesOf('abc'));
  await expect(joined(artifacts.read(hash))).rejects.toMatchObject({ code: 'NOT_FOUND', details: { hash } });
  expect(await artifacts.has(hash)).toBe(false);
  expect(await artifacts.stat(hash)).toBeUndefined();
  expect(await toArray(artifacts.list())).toEqual([]);
  expect((await artifacts.verify()).problems).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

test('list is in order of the hash, with size and time', async () => {
  const now = Date.now();
  const artifacts = openArtifacts(tempDirectory());
  const stored = await Promise.all(
    ['one', 'two', 'three', 'four'].map(async (text) => await artifacts.put(bytesOf(text))),
  );
  const listed = await toArray(artifacts.list());
  expect(listed.map(({ hash, size }) => ({ hash, size }))).toEqual(
    stored.map(({ hash, size }) => ({ hash, size })).sort((a, b) => (a.hash < b.hash ? -1 : 1)),
  );
  for (const { storedAt } of listed) expect(storedAt).toBeGreaterThan(now - 60_000);
  expect(await artifacts.stat(listed[0]?.hash ?? '')).toEqual(listed[0]);
});

test('a read that is left early lets go of its file', async () => {
  const artifacts = openArtifacts(tempDirectory());
  const { hash } = await artifacts.put(new Uint8Array(1_000_000));
  for await (const chunk of artifacts.read(hash)) {
    expect(chunk.byteLength).toBeGreaterThan(0);
    break;
  }
});

test('S11: after close everything is NOT_OPEN, and close waits for what is under way', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory);
  const put = artifacts.put(bytesOf('abc'));
  await artifacts.close();
  const { hash } = await put;
  await artifacts.close();
  const notOpen = { code: 'NOT_OPEN' };
  await expect(artifacts.put(bytesOf('abc'))).rejects.toMatchObject(notOpen);
  await expect(artifacts.has(hash)).rejects.toMatchObject(notOpen);
  await expect(joined(artifacts.read(hash))).rejects.toMatchObject(notOpen);
  await expect(artifacts.collect()).rejects.toMatchObject(notOpen);
  await expect(artifacts.hold()).rejects.toMatchObject(notOpen);
  expect(await openArtifacts(directory).has(hash)).toBe(true);
});

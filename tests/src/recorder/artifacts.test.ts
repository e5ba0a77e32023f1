import { writeFile } from 'node:fs/promises';
import { type Artifact, type RecordingReader, toArray } from '@stepwell/core';
import { makeWorkspace } from '@stepwell/testkit';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { memoryContents } from '../fixtures/memory-contents.ts';
import { record, worlds } from '../fixtures/worlds.ts';

const artifactsOf = async (store: RecordingReader, executionId: string): Promise<Artifact[]> =>
  await store.withSnapshot(({ view }) => toArray(view.records.list('artifact', { executionId })));

describe.each(worlds)('artifacts, in %s', (_, makeWorld) => {
  test('SF-65: a file is kept by its content, and known by its name', async () => {
    await using world = await makeWorld();
    await using workspace = await makeWorkspace('artifacts');
    const contents = memoryContents();
    await using session = await record(world, { recorder: { contents, now: () => 1234 } });
    const path = workspace.within('report.txt');
    await writeFile(path, 'all green');
    const run = await session.recorder.start('job');
    const step = await run.step('report');
    const kept = await step.artifact(path);
    expect(kept).toMatchObject({
      executionId: run.id,
      stepId: step.id,
      name: 'report.txt',
      fileName: 'report.txt',
      filePath: path,
      fileSize: 9,
      mimeType: 'text/plain',
      type: 'document',
      createdAt: 1234,
    });
    expect(Buffer.concat(await toArray(contents.read(kept.hash ?? ''))).toString()).toBe('all green');
    expect(await artifactsOf(session.store, run.id)).toEqual([kept]);
  });

  test('SF-65: what is said of it stands, and the bytes may come from elsewhere', async () => {
    await using world = await makeWorld();
    const contents = memoryContents();
    await using session = await record(world, { recorder: { contents } });
    const run = await session.recorder.start('job');
    async function* parts(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    }
    const said = {
      name: 'The report',
      type: 'report',
      tags: ['x'],
      isPublic: true,
      metadata: { pages: 2 },
    } as const;
    const kept = await run.artifact('out/report.html', { ...said, mimeType: 'text/html', content: parts() });
    expect(kept).toMatchObject({
      ...said,
      stepId: null,
      mimeType: 'text/html',
      fileName: 'report.html',
      fileSize: 7,
    });
    expect(await artifactsOf(session.store, run.id)).toEqual([kept]);
  });

  test('S11: what cannot be kept is refused, and leaves no record', async () => {
    await using world = await makeWorld();
    await using session = await record(world, { recorder: { contents: memoryContents() } });
    const run = await session.recorder.start('job');
    expect(await codeOf(run.artifact('no/such/file'))).toBe('NOT_FOUND');
    const bad = run.artifact('x', { content: Buffer.from('x'), metadata: { bad: Number.NaN } });
    expect(await codeOf(bad)).toBe('INVALID_ARGUMENT');
    expect(await artifactsOf(session.store, run.id)).toEqual([]);
  });

  test('S11: without a content store it is NOT_SUPPORTED', async () => {
    await using world = await makeWorld();
    await using session = await record(world);
    const run = await session.recorder.start('job');
    expect(await codeOf(run.artifact('x', { content: Buffer.from('x') }))).toBe('NOT_SUPPORTED');
  });
});

import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MaintenanceReport } from '@stepwell/core';
import { type Child, runChild } from '@stepwell/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { contentsOf } from '../fixtures/files.ts';
import { commit, openLog, republish } from '../fixtures/republish.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { collectFiles } from './collect-files.ts';

interface Message {
  readonly pinned?: boolean;
  readonly lines?: number;
  readonly error?: string;
}

async function written(commits: number) {
  const directory = tempDirectory();
  const { log, close } = await openLog(directory);
  onTestFinished(close);
  for (let i = 0; i < commits; i++) await commit(log);
  return { directory, log };
}

function startReader(work: { readonly directory: string; readonly uid?: number }): Child<Message> {
  const child = runChild<Message>(new URL('../fixtures/pin-child.mjs', import.meta.url), {
    args: [JSON.stringify(work)],
  });
  onTestFinished(async () => {
    await child.kill();
  });
  return child;
}

async function pinned(child: Child<Message>): Promise<void> {
  await child.waitFor((message) => message.pinned === true);
}

/** How many lines the reader's snapshot has; each is checked there. */
async function linesOf(
  child: Child<Message>,
  what: 'read' | 'renew' = 'read',
): Promise<number | string | undefined> {
  const before = child.messages.length;
  child.send(what);
  const { lines, error } = await child.waitFor((message) => child.messages.indexOf(message) >= before);
  return lines ?? error;
}

async function end(child: Child<Message>): Promise<void> {
  child.send('end');
  expect(await child.exited, child.stderr).toEqual({ code: 0, signal: null });
}

function deleted(report: MaintenanceReport): number {
  return report.measures.find(({ name }) => name === 'logs.collect.files')?.value ?? 0;
}

test('S9: a reader of another process goes on reading its lines while the writer publishes and collects', {
  timeout: 60_000,
}, async () => {
  const { directory, log } = await written(7);
  const reader = startReader({ directory });
  await pinned(reader);
  for (let round = 1; round <= 5; round++) {
    await republish(log);
    await commit(log);
    expect(deleted(await collectFiles(log))).toBe(0);
    expect(await linesOf(reader)).toBe(7);
  }
  expect(await linesOf(reader, 'renew')).toBe(12);
  const { retired } = log.files.manifest;
  expect(deleted(await collectFiles(log))).toBe(retired.length);
  await republish(log);
  expect(await linesOf(reader)).toBe(12);
  await end(reader);
  expect(deleted(await collectFiles(log))).toBeGreaterThan(0);
});

test('S9: a reader that is stopped keeps its files, and one that is killed keeps nothing after a second', {
  timeout: 60_000,
}, async () => {
  const { directory, log } = await written(7);
  const readers = [startReader({ directory }), startReader({ directory })] as const;
  await Promise.all(readers.map(pinned));
  for (const { pid } of readers) process.kill(pid, 'SIGSTOP');
  await republish(log);
  expect(await collectFiles(log)).toMatchObject({
    performed: false,
    reason: expect.stringContaining('pin-0'),
  });
  await readers[0].kill();
  expect(await collectFiles(log)).toMatchObject({ performed: false });
  process.kill(readers[1].pid, 'SIGCONT');
  expect(await linesOf(readers[1])).toBe(7);
  process.kill(readers[1].pid, 'SIGSTOP');
  process.kill(readers[1].pid, 'SIGKILL');
  const killedAt = performance.now();
  let files = 0;
  while (files === 0 && performance.now() < killedAt + 1_000) files = deleted(await collectFiles(log));
  expect(files).toBe(2);
  expect([...contentsOf(directory).keys()]).toHaveLength(4);
});

test('S6, S9: 128 reader processes at once, each at its own time, while the writer publishes and collects', {
  timeout: 300_000,
}, async () => {
  const { directory, log } = await written(7);
  const readers: Child<Message>[] = [];
  // Some at a time, so that those who came first read old files while others start.
  for (let batch = 0; batch < 8; batch++) {
    const started = Array.from({ length: 16 }, () => startReader({ directory }));
    await Promise.all(started.map(pinned));
    readers.push(...started);
    await republish(log);
    await commit(log);
    expect(deleted(await collectFiles(log))).toBe(0);
  }
  expect(await Promise.all(readers.map(async (reader) => await linesOf(reader)))).toEqual(
    readers.map((_, i) => 7 + Math.floor(i / 16)),
  );
  const { retired } = log.files.manifest;
  expect(
    await Promise.all(readers.slice(0, 64).map(async (reader) => await linesOf(reader, 'renew'))),
  ).toEqual(new Array(64).fill(15));
  expect(deleted(await collectFiles(log))).toBeGreaterThan(0);
  await Promise.all(readers.slice(64).map(async (reader) => await reader.kill()));
  await collectFiles(log);
  expect(log.files.manifest.retired).toEqual([]);
  expect(retired.length).toBeGreaterThan(16);
  expect(await Promise.all(readers.slice(0, 64).map(async (reader) => await linesOf(reader)))).toEqual(
    new Array(64).fill(15),
  );
  await Promise.all(readers.slice(0, 64).map(async (reader) => await reader.kill()));
});

test('S6, S9: a reader that must not write holds the lock that a writer made, and reads a copy that has none', {
  timeout: 60_000,
}, async () => {
  const { directory, log } = await written(7);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const locks = join(directory, 'locks');
  onTestFinished(() => {
    for (const path of [directory, locks]) if (existsSync(path)) chmodSync(path, 0o755);
  });
  chmodSync(directory, 0o555);
  chmodSync(locks, 0o555);
  // Root writes where it must not.
  const writes = 'uid' in nobody;
  const reader = startReader({ directory, ...nobody });
  await pinned(reader);
  if (writes) {
    await republish(log);
    expect(deleted(await collectFiles(log))).toBe(0);
  }
  expect(await linesOf(reader)).toBe(7);
  await end(reader);
  for (const path of [directory, locks]) chmodSync(path, 0o755);
  if (writes) expect(deleted(await collectFiles(log))).toBe(2);
  await log.close();
  rmSync(locks, { recursive: true });
  chmodSync(directory, 0o555);
  const alone = startReader({ directory, ...nobody });
  await pinned(alone);
  expect(await linesOf(alone)).toBe(7);
  await end(alone);
  expect([...contentsOf(directory).keys()]).not.toContain('locks');
});

import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  appendLines,
  combine,
  type Driver,
  memoryLocks,
  openStore,
  putExecution,
  type RecordOp,
  type RecordView,
  StoreError,
  type StoreOptions,
  setCrashHook,
  type WarningId,
  warningIds,
} from '@stepwell/core';
import { type FileSystem, fileLogs, nodeFileSystem } from '@stepwell/log-writer';
import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { makeWorkspace, memoryRecords } from '@stepwell/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { wrapDriver } from '../fixtures/wrap-driver.ts';

afterEach(() => {
  vi.useRealTimers();
  setCrashHook(undefined);
});

/** What a store told. */
class Told {
  readonly ids: string[] = [];
  readonly onWarning = ({ id }: { readonly id: string }): void => void this.ids.push(id);

  async of(id: WarningId): Promise<void> {
    await vi.waitFor(() => expect(this.ids).toContain(id), { timeout: 25_000, interval: 5 });
  }
}

const run = (id: string): RecordOp => putExecution({ id, name: 'run', createdAt: 1 });

async function memory(
  told: Told,
  options: StoreOptions = {},
  parts: Partial<Driver<RecordView, RecordOp>> = {},
) {
  return await openStore(wrapDriver(memoryRecords(), parts), { onWarning: told.onWarning, ...options });
}

/** Records in SQLite whose log is short before it is written back. */
async function withSqlite(
  told: Told,
  use: (store: Awaited<ReturnType<typeof openStore<RecordView, RecordOp>>>) => Promise<void>,
): Promise<void> {
  await using workspace = await makeWorkspace('warnings');
  const options = {
    path: workspace.within('records.db'),
    checkpointBytes: 64 * 1024,
    walWarnBytes: 128 * 1024,
  };
  await using store = await openStore(sqliteRecords(options), { onWarning: told.onWarning });
  await use(store);
}

/** Writes until `id` has been told. */
async function writeUntil(
  told: Told,
  id: WarningId,
  write: (op: RecordOp) => Promise<unknown>,
): Promise<void> {
  let count = 0;
  await vi.waitFor(
    async () => {
      for (const end = count + 20; count < end; count += 1) await write(run(`run-${count}`));
      expect(told.ids).toContain(id);
    },
    { timeout: 25_000, interval: 1 },
  );
}

/** Two commits of lines, of which a power cut takes the last one in part; then the store is opened again. */
async function cutPower(told: Told): Promise<void> {
  await using workspace = await makeWorkspace('warnings');
  const records = { path: workspace.within('records.db') };
  const directory = workspace.within('logs');
  const openOn = async (boot: string) =>
    await openStore(combine({ records: sqliteRecords(records), logs: fileLogs({ directory, boot }) }), {
      onWarning: told.onWarning,
    });
  const store = await openOn('monday');
  const segment = join(directory, '00000001.seg');
  await store.write([appendLines('log', ['kept'])]);
  const { size } = statSync(segment);
  await store.write([appendLines('log', ['lost', 'lost too'])]);
  await store.close();
  truncateSync(segment, size + 10);
  await (await openOn('tuesday')).close();
}

/** How each of them comes about. The type holds that none is forgotten. */
const provoke: Readonly<Record<WarningId, (told: Told) => Promise<void>>> = {
  'snapshot.old': async (told) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    await using store = await memory(told, { snapshotDeadline: 0 });
    await using _snapshot = await store.snapshot();
    await vi.advanceTimersByTimeAsync(600_000);
  },
  'snapshot.expired': async (told) => {
    await using store = await memory(told, { snapshotDeadline: 1 });
    await using _snapshot = await store.snapshot();
    await told.of('snapshot.expired');
  },
  'snapshot.expiry-failed': async (told) => {
    const driver = memoryRecords();
    const expire = (): void => {
      throw new StoreError('IO', 'a file would not close');
    };
    const pin = async () => ({ ...(await driver.pin()), expire });
    const options = { snapshotDeadline: 1, onWarning: told.onWarning };
    await using store = await openStore(wrapDriver(driver, { pin }), options);
    await using _snapshot = await store.snapshot();
    await told.of('snapshot.expiry-failed');
  },
  'snapshot.leaked': async (told) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await using store = await memory(told);
    // In a call of its own: what an async function awaited may be kept as long as it runs.
    const forget = async (): Promise<void> => void (await store.snapshot());
    await forget();
    await vi.waitFor(
      () => {
        collect();
        expect(told.ids).toContain('snapshot.leaked');
      },
      { timeout: 25_000, interval: 5 },
    );
  },
  'snapshot.left-open': async (told) => {
    const store = await memory(told);
    await store.snapshot();
    await store.close();
  },
  'write.buffered-failed': async (told) => {
    await using store = await memory(told, { durability: 'none' });
    await store.write([putExecution({ id: 'a', name: 'run', createdAt: 1, status: 'completed' })]);
    await store.write([putExecution({ id: 'a', name: 'run', createdAt: 1, status: 'running' })]);
    expect(await codeOf(store.flush())).toBe('INVALID_TRANSITION');
  },
  'write.buffered-waits': async (told) => {
    const prepare = async (): Promise<never> => {
      throw new StoreError('NO_SPACE', 'the disk is full');
    };
    const store = await memory(told, { durability: 'none' }, { prepare });
    await store.write([run('a')]);
    expect(await codeOf(store.close())).toBe('NO_SPACE');
  },
  'lock.not-released': async (told) => {
    const locks = memoryLocks();
    const acquire: typeof locks.acquire = async (name, request) => {
      const lock = await locks.acquire(name, request);
      const release = async (): Promise<never> => {
        await lock.release();
        throw new StoreError('IO', 'the lock file is gone');
      };
      return { ...lock, release };
    };
    await using store = await memory(told, { writer: 'shared' }, { locks: { ...locks, acquire } });
    await store.write([run('a')]);
  },
  'checkpoint.starved': async (told) => {
    await withSqlite(told, async (store) => {
      await using _snapshot = await store.snapshot();
      await writeUntil(told, 'checkpoint.starved', async (op) => await store.write([op]));
    });
  },
  'checkpoint.failed': async (told) => {
    await withSqlite(told, async (store) => {
      setCrashHook((point) => {
        if (point === 'sqlite:checkpoint.before') throw new StoreError('IO', 'the disk does not answer');
      });
      await writeUntil(told, 'checkpoint.failed', async (op) => await store.write([op]));
      setCrashHook(undefined);
    });
  },
  'log.tail.cut': cutPower,
  'log.compaction.failed': async (told) => {
    await using workspace = await makeWorkspace('warnings');
    // Another disk than that of the machine is compacted in this thread, where the hook is.
    const logs = {
      directory: workspace.within('logs'),
      segmentBytes: 4096,
      fileSystem: { ...nodeFileSystem },
    };
    await using store = await openStore(fileLogs(logs), { onWarning: told.onWarning });
    setCrashHook((point) => {
      if (point === 'log:compact.begun') throw new StoreError('IO', 'the disk does not answer');
    });
    for (let i = 0; i < 4; i++) await store.write([appendLines('a', ['x'.repeat(3000)])]);
    await told.of('log.compaction.failed');
    setCrashHook(undefined);
  },
  'log.mark.failed': async (told) => {
    await using workspace = await makeWorkspace('warnings');
    let isFull = false;
    const rename: FileSystem['rename'] = (from, to) => {
      if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      nodeFileSystem.rename(from, to);
    };
    const logs = { directory: workspace.within('logs'), fileSystem: { ...nodeFileSystem, rename } };
    const store = await openStore(fileLogs(logs), { onWarning: told.onWarning });
    await store.write([appendLines('a', ['kept'])]);
    isFull = true;
    await store.close();
  },
  'log.lines.lost': cutPower,
};

test.each(Object.entries(provoke))(
  'SF-58: %s is told, and nothing that the list does not know',
  async (id, provoked) => {
    const told = new Told();
    await provoked(told);
    expect(told.ids).toContain(id);
    expect(warningIds).toEqual(expect.arrayContaining(told.ids));
  },
);

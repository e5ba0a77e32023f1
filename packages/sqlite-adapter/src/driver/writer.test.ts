import { renameSync } from 'node:fs';
import { putExecution } from '@stepwell/core';
import { expect, test } from 'vitest';
import { DatabaseFiles } from '../connection/database-files.ts';
import { databaseIn } from '../fixtures/open-driver.ts';
import { recordModel } from '../records/record-model.ts';
import { openForWriting } from './open-database.ts';
import { Writer } from './writer.ts';

const run = (id: string, bytes: number) => ({
  ops: [putExecution({ id, name: 'x'.repeat(bytes), createdAt: 0 })],
});
const meta = { epoch: 1, at: Date.now(), durability: 'process-crash' } as const;

async function openWriter(path: string) {
  const { applicationId, migrations } = recordModel;
  const pragmas = { cacheKiB: 1_000 };
  const connection = await openForWriting({
    path,
    applicationId,
    migrations,
    pragmas,
    busyWait: 0,
    networkFiles: false,
    create: true,
  });
  const files = new DatabaseFiles(path);
  return new Writer(connection, recordModel, { files, busyWait: 0, retention: 1_000, onCommit: () => {} });
}

test('S1, S11: a full disk fails the group as NO_SPACE, leaves nothing of it, and the writer works on', async () => {
  await using place = await databaseIn('writer');
  const writer = await openWriter(place.path);
  const { connection } = writer;
  // SQLite's own limit stands for that of the disk: it gives the same result code, in the same places.
  connection.pragma(`max_page_count = ${Number(connection.pragma('page_count')) + 4}`);
  await expect(writer.prepare([run('small', 1), run('large', 100_000)], meta)).rejects.toMatchObject({
    code: 'NO_SPACE',
    retryable: true,
  });
  expect([connection.inTransaction, writer.head().epoch]).toEqual([false, 0]);
  await (await writer.prepare([run('small', 1)], meta)).commit({});
  expect(writer.head().epoch).toBe(1);
  connection.close();
});

test('S2, SF-18: synchronous is FULL for a power-loss commit, and NORMAL again for the next', async () => {
  await using place = await databaseIn('writer');
  const writer = await openWriter(place.path);
  const { connection } = writer;
  const during = async (epoch: number, durability: 'process-crash' | 'power-loss'): Promise<unknown> => {
    const prepared = await writer.prepare([run(`run-${epoch}`, 1)], { ...meta, epoch, durability });
    const synchronous = connection.pragma('synchronous');
    await prepared.commit({});
    return synchronous;
  };
  expect([
    await during(1, 'process-crash'),
    await during(2, 'power-loss'),
    await during(3, 'process-crash'),
  ]).toEqual([1, 2, 1]);
  await writer.sync();
  expect(connection.pragma('synchronous')).toBe(2);
  connection.close();
});

// Windows does not let an open file be moved.
test.skipIf(process.platform === 'win32')(
  'S2: a writer that could not answer for a commit takes no more, although what was wrong is right again',
  async () => {
    await using place = await databaseIn('writer');
    const writer = await openWriter(place.path);
    await (await writer.prepare([run('first', 1)], meta)).commit({});
    const prepared = await writer.prepare([run('second', 1)], { ...meta, epoch: 2 });
    renameSync(place.path, `${place.path}.away`);
    await expect(prepared.commit({})).rejects.toMatchObject({ code: 'POISONED' });
    renameSync(`${place.path}.away`, place.path);
    const poisoned = { code: 'POISONED', cause: { message: expect.stringMatching(/deleted or replaced/) } };
    await expect(writer.prepare([run('third', 1)], { ...meta, epoch: 3 })).rejects.toMatchObject(poisoned);
    await expect(writer.sync()).rejects.toMatchObject(poisoned);
    writer.connection.close();
  },
);

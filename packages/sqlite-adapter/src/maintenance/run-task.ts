import type { Connection } from '../connection/connection.ts';
import { openCopySource, openExisting, openReader } from '../connection/open-connection.ts';
import { retryBusy } from '../connection/retry-busy.ts';
import type { TaskName, TaskRequest, Tasks, ThreadData } from './task.ts';
import { checkpoint } from './tasks/checkpoint.ts';
import { copyInto, finishCopy } from './tasks/copy.ts';
import { optimize } from './tasks/optimize.ts';
import { verify } from './tasks/verify.ts';

type Run<Name extends TaskName> = (
  input: Tasks[Name]['input'],
  data: ThreadData,
) => Promise<Tasks[Name]['output']>;

const runs: { readonly [Name in TaskName]: Run<Name> } = {
  checkpoint: async ({ mode }, data) =>
    await use(data, openExisting, (connection) => checkpoint(connection, mode)),
  verify: async ({ checks }, data) => await use(data, openReader, (connection) => verify(connection, checks)),
  optimize: async (_input, data) => await use(data, openExisting, optimize),
  copy: async ({ destination }, data) => {
    await use(data, openCopySource, (source) => copyInto(source, destination));
    return await use({ ...data, path: destination }, openExisting, (copy) => {
      finishCopy(copy);
      return undefined;
    });
  },
};

/** Does one task, on a connection of its own that is closed again. */
export async function runTask<Name extends TaskName>(
  { name, input }: TaskRequest<Name>,
  data: ThreadData,
): Promise<Tasks[Name]['output']> {
  return await runs[name](input, data);
}

/** The writer may be in the way for a moment. */
async function use<Result>(
  { path, cacheKiB, busyWait }: ThreadData,
  open: (path: string, settings: { readonly cacheKiB: number }) => Connection,
  act: (connection: Connection) => Result,
): Promise<Result> {
  const patience = { wait: busyWait, doing: 'could not maintain the database', path };
  const connection = await retryBusy(() => open(path, { cacheKiB }), patience);
  try {
    return await retryBusy(() => act(connection), patience);
  } finally {
    connection.close();
  }
}

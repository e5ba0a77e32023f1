/*
 * The maintenance thread: what takes longer than an event loop may wait is done here. It serves one request after the
 * other, and ends when its owner ends it, or with the process.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toStoreError } from '@stepwell/core';
import { runTask } from './run-task.ts';
import type { TaskReply, TaskRequest, ThreadData } from './task.ts';

const data = workerData as ThreadData;
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: TaskRequest) => {
  last = last.then(() => answer(request));
});

async function answer(request: TaskRequest): Promise<void> {
  const { id } = request;
  let reply: TaskReply;
  try {
    reply = { id, output: await runTask(request, data) };
  } catch (cause) {
    const { code, message, details } = toStoreError(cause, 'IO', `could not ${request.name} ${data.path}`);
    reply = { id, error: { code, message, details } };
  }
  parentPort?.postMessage(reply);
}

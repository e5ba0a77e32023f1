/*
 * The compaction thread: sorting and compressing takes longer than an event loop may wait. It does one job at a time, and
 * ends when its owner ends it, or with the process.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toStoreError } from '@stepwell/core';
import { nodeFileSystem } from '../file-system/node-file-system.ts';
import type { Job, SealedOutput, Survey } from './compaction-job.ts';
import { makeSegment } from './make-segment.ts';
import { surveyPrunes } from './survey.ts';
import type { JobReply, JobRequest, ThreadData } from './thread-messages.ts';
import { Bridle, ThreadPace } from './thread-pace.ts';

const { place, shared } = workerData as ThreadData;
const bridle = new Bridle(shared);

parentPort?.on('message', async ({ job }: JobRequest) => {
  let reply: JobReply;
  try {
    reply = { result: await work(job) };
  } catch (cause) {
    const { code, message, details } = toStoreError(
      cause,
      'IO',
      `could not ${job.kind} in ${place.directory}`,
    );
    reply = { error: { code, message, details } };
  }
  parentPort?.postMessage(reply);
});

async function work(job: Job): Promise<SealedOutput | Survey> {
  const pace = new ThreadPace(bridle);
  if (job.kind === 'survey') return await surveyPrunes(nodeFileSystem, place, job, pace);
  return await makeSegment(nodeFileSystem, place, job, pace);
}

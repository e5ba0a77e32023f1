import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { StoreError } from '@stepwell/core';
import type {
  CompactionPlace,
  Job,
  JobRunner,
  MergeJob,
  SealedOutput,
  SealJob,
  Survey,
  SurveyJob,
} from './compaction-job.ts';
import { aborted } from './pace.ts';
import type { JobFailure, JobReply, JobRequest, ThreadData } from './thread-messages.ts';
import { Bridle } from './thread-pace.ts';

/** Milliseconds between two looks whether this process writes lines. */
const lookEvery = 50;

const workerFile = new URL('./compaction-worker.js', import.meta.url);

/** Whether there is a thread to start: not where a program was bundled into one file. */
export function hasCompactionThread(): boolean {
  return workerFile.protocol === 'file:' && existsSync(fileURLToPath(workerFile));
}

interface Waiting {
  readonly resolve: (result: SealedOutput | Survey) => void;
  readonly reject: (error: StoreError) => void;
}

/** Does jobs in a thread of its own, which starts with the first one. */
export class ThreadJobs implements JobRunner {
  readonly #place: CompactionPlace;
  readonly #appendedBytes: () => number;
  readonly #bridle: Bridle = new Bridle();
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;
  #isHeld = false;

  /** `appendedBytes` tells how much this process has written to the log so far. */
  constructor(place: CompactionPlace, appendedBytes: () => number) {
    this.#place = place;
    this.#appendedBytes = appendedBytes;
  }

  async make(job: SealJob | MergeJob, signal: AbortSignal): Promise<SealedOutput> {
    return (await this.#run(job, signal)) as SealedOutput;
  }

  async survey(job: SurveyJob, signal: AbortSignal): Promise<Survey> {
    return (await this.#run(job, signal)) as Survey;
  }

  hurry(on: boolean): void {
    this.#bridle.hurry(on);
  }

  hold(): void {
    this.#isHeld = true;
    this.#worker?.ref();
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #run(job: Job, signal: AbortSignal): Promise<SealedOutput | Survey> {
    if (signal.aborted) throw aborted(signal.reason);
    const stop = () => {
      // Who ends it waits for the end.
      this.hold();
      this.#bridle.stop(true);
    };
    signal.addEventListener('abort', stop);
    const watch = this.#watchWriter();
    try {
      return await this.#request(job);
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      this.#bridle.stop(false);
    }
  }

  /** Tells the thread whether there is anybody to make way for. */
  #watchWriter(): NodeJS.Timeout {
    let seen = this.#appendedBytes();
    return setInterval(() => {
      const now = this.#appendedBytes();
      this.#bridle.idle(now === seen);
      seen = now;
    }, lookEvery).unref();
  }

  async #request(job: Job): Promise<SealedOutput | Survey> {
    const worker = this.#start();
    return await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      worker.postMessage({ job } satisfies JobRequest);
    });
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const workerData: ThreadData = { place: this.#place, shared: this.#bridle.shared };
    const worker = new Worker(workerFile, {
      name: 'stepwell-log-compaction',
      workerData,
      // Loaders and inspectors of the program are not for this thread.
      execArgv: [],
    });
    if (!this.#isHeld) worker.unref();
    worker.on('message', (reply: JobReply) => {
      if ('error' in reply) this.#take()?.reject(revive(reply.error));
      else this.#take()?.resolve(reply.result);
    });
    worker.on('error', (cause) => this.#fail(worker, 'the compaction thread failed', cause));
    worker.on('exit', () => this.#fail(worker, 'the compaction thread ended', undefined));
    this.#worker = worker;
    return worker;
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  #fail(worker: Worker, message: string, cause: unknown): void {
    // The next job starts another one.
    if (this.#worker === worker) this.#worker = undefined;
    this.#take()?.reject(new StoreError('IO', `${message} (${this.#place.directory})`, { cause }));
  }
}

function revive({ code, message, details }: JobFailure): StoreError {
  return new StoreError(code, message, { details, cause: new Error(message) });
}

import { Worker } from 'node:worker_threads';
import { type ErrorCode, StoreError } from '@stepwell/core';
import type { DatabaseFiles } from '../connection/database-files.ts';
import type { TaskFailure, TaskName, TaskReply, TaskRequest, Tasks, ThreadData } from './task.ts';

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: StoreError) => void;
  readonly awaited: boolean;
}

/**
 * The owner's end of the maintenance thread, which starts with the first request. It keeps the process alive only while
 * somebody waits for an answer.
 */
export class MaintenanceThread {
  readonly #data: ThreadData;
  readonly #waiting: Map<number, Waiting> = new Map();
  #worker: Worker | undefined;
  #files: DatabaseFiles | undefined;
  #isClosing = false;
  #lastId = 0;

  constructor(data: ThreadData) {
    this.#data = data;
  }

  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** The thread opens the database by its path: from now on it works on these files, or on none. */
  watch(files: DatabaseFiles): void {
    this.#files = files;
  }

  /** `awaited`: somebody waits for it, so the process must not end before it is done. */
  async request<Name extends TaskName>(
    name: Name,
    input: Tasks[Name]['input'],
    options: { readonly awaited: boolean },
  ): Promise<Tasks[Name]['output']> {
    this.#files?.checkDatabase();
    const worker = this.#start();
    this.#lastId += 1;
    const request: TaskRequest<Name> = { id: this.#lastId, name, input };
    return await new Promise<Tasks[Name]['output']>((resolve, reject) => {
      this.#waiting.set(request.id, {
        resolve: resolve as (output: unknown) => void,
        reject,
        awaited: options.awaited,
      });
      this.#holdProcess(worker);
      worker.postMessage(request);
    });
  }

  /** The owner closes, and waits for all that is under way: so must the process. */
  beginToClose(): void {
    this.#isClosing = true;
    this.#worker?.ref();
  }

  /** Ends the thread, after the statement that it is executing. Idempotent. */
  async close(): Promise<void> {
    this.beginToClose();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./maintenance-worker.js', import.meta.url), {
      name: 'stepwell-sqlite-maintenance',
      workerData: this.#data,
      // Loaders and inspectors of the program are not for this thread.
      execArgv: [],
    });
    worker.unref();
    worker.on('message', (reply: TaskReply) => this.#settle(worker, reply));
    worker.on('error', (error) => this.#fail(worker, 'the maintenance thread failed', error));
    worker.on('exit', () => this.#fail(worker, 'the maintenance thread ended', undefined));
    this.#worker = worker;
    return worker;
  }

  #settle(worker: Worker, reply: TaskReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    this.#holdProcess(worker);
    if ('error' in reply) waiting?.reject(revive(reply.error));
    else waiting?.resolve(reply.output);
  }

  #fail(worker: Worker, message: string, cause: unknown): void {
    // The next request starts another one.
    if (this.#worker === worker) this.#worker = undefined;
    const error = new StoreError('IO', `${message} (${this.#data.path})`, { cause });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #holdProcess(worker: Worker): void {
    const isAwaited = this.#isClosing || [...this.#waiting.values()].some(({ awaited }) => awaited);
    if (isAwaited) worker.ref();
    else worker.unref();
  }
}

function revive({ code, message, details }: TaskFailure): StoreError {
  return new StoreError(code as ErrorCode, message, { details, cause: new Error(message) });
}

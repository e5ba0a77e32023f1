import { setImmediate } from 'node:timers/promises';

/** Longest time, in milliseconds, that reading keeps timers and sockets waiting. */
const maxBusy = 8;

/** Lets the event loop go round now and then, since reads from the page cache never wait. */
export class Breather {
  #since: number = performance.now();

  get isDue(): boolean {
    return performance.now() - this.#since >= maxBusy;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}

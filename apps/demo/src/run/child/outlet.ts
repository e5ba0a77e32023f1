import type { Writable } from 'node:stream';

/** Where the output of a command is passed on to: our own stdout or stderr. */
export class Outlet {
  readonly #stream: Writable;
  #failure: NodeJS.ErrnoException | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** Why nothing can be written any more. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure;
  }

  /** Writes a chunk. Answers a promise when more should wait. */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#failure !== undefined || this.#stream.write(chunk)) return;
    return new Promise((resolve) => {
      const done = (): void => {
        for (const event of ['drain', 'error', 'close']) this.#stream.off(event, done);
        resolve();
      };
      for (const event of ['drain', 'error', 'close']) this.#stream.on(event, done);
    });
  }
}

const lineFeed = 0x0a;

/** Where the output of a command is passed on to: our own stdout or stderr. */
export class Outlet {
  readonly #stream: NodeJS.WriteStream;
  #atLineStart = true;
  #failure: NodeJS.ErrnoException | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  /** Why nothing can be written any more. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure;
  }

  /** Waits until all that it took is written, or cannot be. */
  async flushed(): Promise<void> {
    if (this.#failure !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#stream.once('error', resolve);
      this.#stream.write('', () => {
        this.#stream.off('error', resolve);
        resolve();
      });
    });
  }

  /** Whether it is a terminal on which the last line has not ended. */
  get midLine(): boolean {
    return this.#stream.isTTY && !this.#atLineStart;
  }

  /** Writes a chunk. Answers a promise when more should wait. */
  write(chunk: Uint8Array): void | Promise<void> {
    this.#atLineStart = chunk.at(-1) === lineFeed;
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

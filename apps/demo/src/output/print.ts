import { outputFailure } from '../errors/output-failure.ts';

/** The reader of our output has gone, as `head` does when it has enough: no reason to complain, nor to go on. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/**
 * Writes to stdout and waits until it is taken, so that what is printed is never read faster than it is wanted.
 * @throws ReaderGone
 * @throws CommandError `NO_SPACE IO`
 */
export async function print(text: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE')
        reject(new ReaderGone(error.message, { cause: error }));
      else reject(outputFailure('stdout', error));
    });
  });
}

/** As {@link print}, for what may as well not be read. */
export async function printIfRead(text: string): Promise<void> {
  try {
    await print(text);
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  }
}

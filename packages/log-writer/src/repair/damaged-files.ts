import { join } from 'node:path';
import { fromSystemError } from '@stepwell/core';
import type { FileSystem } from '../file-system/file-system.ts';

/** Where damaged files are kept: nothing deletes them. */
const name = 'damaged';

/** What is kept of damage that was repaired. */
export class DamagedFiles {
  readonly #fs: FileSystem;
  readonly #directory: string;

  constructor(fs: FileSystem, directory: string) {
    this.#fs = fs;
    this.#directory = directory;
  }

  get path(): string {
    return join(this.#directory, name);
  }

  /** Names of the files that are kept. */
  names(): readonly string[] {
    try {
      return this.#fs.readdir(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw fromSystemError(error, `cannot list ${this.path}`, { reading: true });
    }
  }

  /** Moves a file of the log here; a number is put behind its name when that is taken. Answers where it is, `undefined` when it is not there. */
  async keep(file: string): Promise<string | undefined> {
    const from = join(this.#directory, file);
    try {
      if (this.#fs.identify(from) === undefined) return undefined;
      this.#fs.mkdir(this.path);
      const taken = new Set(this.names());
      let kept = file;
      for (let number = 1; taken.has(kept); number++) kept = `${file}.${number}`;
      const to = join(this.path, kept);
      this.#fs.rename(from, to);
      await this.#fs.fsyncDirectory(this.path);
      await this.#fs.fsyncDirectory(this.#directory);
      return to;
    } catch (error) {
      throw fromSystemError(error, `cannot move ${from} to ${this.path}`);
    }
  }
}

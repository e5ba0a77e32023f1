import { join } from 'node:path';
import { fromSystemError, isStoreError, StoreError } from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { FileIdentity, FileSystem } from '../file-system/file-system.ts';
import { decodeManifest, encodeManifest, type Manifest, manifestVersion } from '../format/manifest.ts';
import { checkInPlace } from './check-in-place.ts';
import { corrupt } from './corrupt.ts';

const manifestName = 'MANIFEST';
/** Fixed, since only the holder of the writer lock makes one; recovery deletes what a dead writer left. */
const draftName = 'MANIFEST.tmp';

/** SD-43: the manifest, replaced in one step. */
export class ManifestFile {
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #draft: string;
  /** Of the manifest that was read or written last. */
  #identity: FileIdentity | undefined;

  constructor(fs: FileSystem, directory: string) {
    this.#fs = fs;
    this.#directory = directory;
    this.path = join(directory, manifestName);
    this.#draft = join(directory, draftName);
  }

  /** `undefined` when there is none. @throws `CORRUPT SCHEMA_TOO_NEW IO` */
  read(): Manifest | undefined {
    const bytes = this.#readBytes();
    if (bytes === undefined) return undefined;
    let decoded: ReturnType<typeof decodeManifest>;
    try {
      decoded = decodeManifest(bytes);
    } catch (error) {
      throw corrupt(
        this.path,
        0,
        `the manifest is damaged (${error instanceof Error ? error.message : error})`,
        error,
      );
    }
    if (!('tooNew' in decoded)) return decoded;
    throw new StoreError(
      'SCHEMA_TOO_NEW',
      `${this.path} is of version ${decoded.tooNew}; this is ${manifestVersion}`,
      {
        details: { file: this.path, version: decoded.tooNew },
      },
    );
  }

  /**
   * Puts `next` in the place of `current`: whole or not at all, also when the power fails.
   * @throws `POISONED` when it is unclear which of the two is there; `NO_SPACE IO READ_ONLY` when it is still `current`
   */
  async replace(current: Manifest | undefined, next: Manifest): Promise<void> {
    const found = this.read();
    if (found?.generation !== current?.generation) {
      throw new StoreError(
        'POISONED',
        `${this.path} was replaced by somebody who does not hold the writer lock`,
      );
    }
    const written = await this.#writeDraft(encodeManifest(next));
    logCrashPoint('log:manifest.tmp');
    try {
      this.#fs.rename(this.#draft, this.path);
      this.#identity = written;
    } catch (error) {
      throw this.#withoutDraft(fromSystemError(error, `cannot replace ${this.path}`));
    }
    logCrashPoint('log:manifest.renamed');
    try {
      await this.#fs.fsyncDirectory(this.#directory);
    } catch (error) {
      throw new StoreError('POISONED', `cannot sync ${this.#directory} after replacing the manifest`, {
        cause: error,
      });
    }
  }

  /**
   * For the holder of the writer lock: nobody else may have put another manifest in the place of the one it knows.
   * @throws `POISONED`
   */
  checkInPlace(): void {
    checkInPlace(this.#fs, this.path, this.#identity);
  }

  /** The same for everybody: the holder may be replacing it by the next one, which is there all the time. */
  checkIsThere(): void {
    checkInPlace(this.#fs, this.path, this.#fs.identify(this.path));
  }

  /** Deletes what a writer left that died between the two steps. */
  removeDraft(): void {
    try {
      this.#fs.unlink(this.#draft);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw fromSystemError(error, `cannot delete ${this.#draft}`);
    }
  }

  async #writeDraft(bytes: Buffer): Promise<FileIdentity | undefined> {
    try {
      this.removeDraft();
      const file = this.#fs.open(this.#draft, 'create');
      try {
        let written = 0;
        while (written < bytes.length) {
          const count = this.#fs.pwrite(file, bytes, written, bytes.length - written, written);
          if (count === 0) throw new Error('the disk takes no more bytes and does not say why');
          written += count;
        }
        await this.#fs.fsync(file);
        return this.#fs.identify(file);
      } finally {
        this.#fs.close(file);
      }
    } catch (error) {
      throw this.#withoutDraft(fromSystemError(error, `cannot write ${this.#draft}`));
    }
  }

  /** Deletes the draft after a failure; should that fail as well, the error tells of both. */
  #withoutDraft(failure: StoreError): StoreError {
    try {
      this.removeDraft();
      return failure;
    } catch (cause) {
      return new StoreError(failure.code, failure.message, { cause: new AggregateError([failure, cause]) });
    }
  }

  #readBytes(): Buffer | undefined {
    try {
      const file = this.#fs.open(this.path, 'read');
      try {
        const bytes = Buffer.alloc(this.#fs.size(file));
        let filled = 0;
        while (filled < bytes.length) {
          const count = this.#fs.pread(file, bytes, filled, bytes.length - filled, filled);
          if (count === 0) break;
          filled += count;
        }
        this.#identity = this.#fs.identify(file);
        return bytes.subarray(0, filled);
      } finally {
        this.#fs.close(file);
      }
    } catch (error) {
      if (!isStoreError(error) && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw fromSystemError(error, `cannot read ${this.path}`, { reading: true });
    }
  }
}
